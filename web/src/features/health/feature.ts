import type { Feature } from '@/shared/app/feature'

/** The work in the background: how it stands, and what has to be tried again. */
export const health: Feature = {
  menu: [{ path: '/health', label: ['系统健康', 'Health'], icon: 'health', need: 'job.read', order: 95, group: ['管理', 'Manage'] }],
  pages: [{ path: '/health', load: () => import('./HealthPage'), need: 'job.read' }],
}
