import { Suspense, useState, type ReactNode } from 'react'

/**
 * Holds a drawer whose code is loaded when it is first opened: its children come
 * from React's `lazy`. Once mounted it stays, so that closing can be seen.
 */
export function Later({ open, children }: { open: boolean; children: ReactNode }) {
  const [ever, setEver] = useState(open)
  if (open && !ever) setEver(true)
  return ever ? <Suspense fallback={null}>{children}</Suspense> : null
}
