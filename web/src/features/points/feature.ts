import type { Feature } from '@/shared/app/feature'

/** Points over all members: what changed and why, and adjusting by hand. */
export const points: Feature = {
  menu: [{ path: '/points', label: ['积分', 'Points'], icon: 'points', need: 'ledger.read', order: 30 }],
  pages: [{ path: '/points', load: () => import('./PointsPage'), need: 'ledger.read' }],
}
