import type { Feature } from '@/shared/app/feature'

/** Stores: where sales are made. */
export const stores: Feature = {
  menu: [{ path: '/stores', label: ['门店', 'Stores'], icon: 'stores', need: 'store.read', order: 60, group: ['管理', 'Manage'] }],
  pages: [{ path: '/stores', load: () => import('./StoresPage'), need: 'store.read' }],
}
