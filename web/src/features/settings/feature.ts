import type { Feature } from '@/shared/app/feature'

/** What a merchant sets: earning, paying with points, refunds and debt, receipts, the merchant, own fields. */
export const settings: Feature = {
  menu: [{ path: '/settings', label: ['设置', 'Settings'], icon: 'settings', need: 'setting.read', order: 80, group: ['管理', 'Manage'] }],
  pages: [
    { path: '/settings', load: () => import('./SettingsPage'), need: 'setting.read' },
    { path: '/settings/$room', load: () => import('./SettingsPage'), need: 'setting.read' },
  ],
}
