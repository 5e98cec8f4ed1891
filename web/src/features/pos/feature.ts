import type { Feature } from '@/shared/app/feature'

/** The till: selling, taking the money, receipts, today's orders. The page itself says so to those who may not sell. */
export const pos: Feature = {
  pages: [{ path: '/sell', load: () => import('./TillPage') }],
}
