import type { Feature } from '@/shared/app/feature'

/** What the merchant owes in points, and the programme accounts behind it. */
export const liability: Feature = {
  menu: [{ path: '/liability', label: ['负债', 'Liability'], icon: 'chart', need: 'report.read', order: 32 }],
  pages: [{ path: '/liability', load: () => import('./LiabilityPage'), need: 'report.read' }],
}
