import { useCallback, useState } from 'react'

/** The widths of receipt paper, in millimetres. */
export type PaperWidth = 58 | 80

const kept = 'huiji.pos.paper'

/** The paper of this device's printer; remembered. */
export function usePaperWidth(): [PaperWidth, (width: PaperWidth) => void] {
  const [width, setWidth] = useState<PaperWidth>(() => (localStorage.getItem(kept) === '58' ? 58 : 80))
  const keep = useCallback((next: PaperWidth) => {
    localStorage.setItem(kept, String(next))
    setWidth(next)
  }, [])
  return [width, keep]
}
