import type { ReactNode } from 'react'

/** The cashier's frame: the whole window belongs to the page. */
export function Plain({ children }: { children: ReactNode }) {
  return <main>{children}</main>
}
