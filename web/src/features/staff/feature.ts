import type { Feature } from '@/shared/app/feature'

/** Staff and what they may do, the keys of other systems, and one's own sessions. */
export const staff: Feature = {
  menu: [{ path: '/staff', label: ['员工', 'Staff'], icon: 'staff', need: 'staff.read', order: 70, group: ['管理', 'Manage'] }],
  pages: [
    { path: '/staff', load: () => import('./StaffPage'), need: 'staff.read' },
    { path: '/staff/keys', load: () => import('./KeysPage'), need: 'key.manage' },
    { path: '/staff/sessions', load: () => import('./SessionsPage') },
  ],
}
