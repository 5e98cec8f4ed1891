import type { Feature } from '@/shared/app/feature'

/** The audit log: who did what to what, and what was refused. */
export const audit: Feature = {
  menu: [{ path: '/audit', label: ['审计', 'Audit'], icon: 'audit', need: 'audit.read', order: 90, group: ['管理', 'Manage'] }],
  pages: [{ path: '/audit', load: () => import('./AuditPage'), need: 'audit.read' }],
}
