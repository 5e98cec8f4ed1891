import type { Feature } from '@/shared/app/feature'

/** A member's statement by month, to be read, printed and filed. */
export const statement: Feature = {
  pages: [{ path: '/members/$id/statement', load: () => import('./StatementPage'), need: 'ledger.read' }],
}
