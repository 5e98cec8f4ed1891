/**
 * Our own line icons on a grid of 20, stroke 1.5, so that menu, buttons and
 * states look like one hand. Add a path here; draw nothing elsewhere.
 */
const shapes = {
  home: 'M3.5 9 10 3.5 16.5 9v7.5h-4.5V12h-4v4.5H3.5z',
  members: 'M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 16.5c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M13 4.3a3 3 0 0 1 0 5.5M14.5 12.3c1.9.6 3 2.1 3 4.2',
  points: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6.5l1.1 2.3 2.4.4-1.7 1.8.4 2.5-2.2-1.2-2.2 1.2.4-2.5-1.7-1.8 2.4-.4z',
  orders: 'M5 2.5h10v15l-2.5-1.5-2.5 1.5-2.5-1.5L5 17.5zM7.5 6.5h5M7.5 10h5',
  products: 'M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7',
  stores: 'M3.5 8.5v8h13v-8M2.5 8 4 3.5h12L17.5 8a2.5 2.5 0 0 1-5 0 2.5 2.5 0 0 1-5 0 2.5 2.5 0 0 1-5 0ZM8 16.5v-4h4v4',
  staff: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4.5 16.5c0-3 2.4-5 5.5-5s5.5 2 5.5 5z',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  audit: 'M10 2.5 16 5v4.5c0 3.8-2.5 6.5-6 8-3.5-1.5-6-4.2-6-8V5zM7.5 9.8l1.8 1.8 3.2-3.4',
  pos: 'M3 4h14v9H3zM6.5 17h7M10 13v4M6 7h4',
  reports: 'M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5V7',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.3 13.3 17 17',
  filter: 'M3 5h14M5.5 10h9M8 15h4',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  close: 'M5 5l10 10M15 5 5 15',
  backspace: 'M7 4.5h10v11H7L2.5 10zM10 8l4 4M14 8l-4 4',
  check: 'M4 10.5 8.2 14.5 16 6',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  fold: 'M3 4.5h14M9 10h8M3 15.5h14M6 7.5 3.5 10 6 12.5',
  unfold: 'M3 4.5h14M9 10h8M3 15.5h14M3.5 7.5 6 10l-2.5 2.5',
  left: 'M12.5 4.5 7 10l5.5 5.5',
  right: 'M7.5 4.5 13 10l-5.5 5.5',
  down: 'M5 7.5 10 12.5l5-5',
  up: 'M5 12.5 10 7.5l5 5',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  edit: 'M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2zM11.5 5.8l2.7 2.7',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.5V13M10 6.7v.01',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.3v.01',
  sun: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M15.3 4.7l-1 1M5.7 14.3l-1 1',
  moon: 'M16.5 11.5A6.8 6.8 0 0 1 8.5 3.5a6.8 6.8 0 1 0 8 8Z',
  device: 'M3 4h14v9.5H3zM7 17h6',
  language: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 2.8 4.3 2.8 7s-.8 5-2.8 7c-2-2-2.8-4.3-2.8-7S8 5 10 3Z',
  key: 'M12.5 11a4 4 0 1 0-3.7-2.5L3 14.3V17h3v-2h2v-2l1.3-1.3c.9.9 2 1.3 3.2 1.3',
  leave: 'M12 4H4v12h8M8.5 10H17M14 7l3 3-3 3',
  chart: 'M3.5 3.5v13h13M6.5 12.5 10 8.5l2.5 2.5 4-5',
  table: 'M3 4.5h14v11H3zM3 8.5h14M8 8.5v7',
  download: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  refund: 'M4 8h8.5a4 4 0 0 1 0 8H8M4 8l3.5-3.5M4 8l3.5 3.5',
  lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  print: 'M6 7V3h8v4M6 13.5H3.5V7h13v6.5H14M6 11.5h8V17H6z',
  tag: 'M3.5 3.5h6l7 7-6 6-7-7zM7 7v.01',
  message: 'M3 4.5h14v9.5H9L5.5 17v-3H3z',
  health: 'M2.5 10.5H6l2-5.5 4 10 2-4.5h3.5',
  retry: 'M16 10a6 6 0 1 1-1.8-4.2L16 7.5M16 3.5v4h-4',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.8 1.8',
  trash: 'M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11',
} as const

export type IconName = keyof typeof shapes

/** An icon in the colour of the text around it; it says nothing to a screen reader. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
