/** Stands in for the component library's scroll lock: our pages have nothing to lock. */
export default function useScrollLocker(_lock?: boolean): void {}
