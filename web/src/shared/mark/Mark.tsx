/** The mark: three arcs that flow into one dot. One colour, that of the text around it. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <g stroke="currentColor" strokeWidth="2.6" strokeLinecap="round">
        <path d="M4.2 3.6C9.6 4 14 7 16 11.4" />
        <path d="M2.8 12.4c4-1.4 8.6-.8 12 1.8" />
        <path d="M5.4 20.6c2-3.4 5.2-5.2 9.2-5.2" />
      </g>
      <circle cx="18.8" cy="15.6" r="2.9" fill="currentColor" />
    </svg>
  )
}
