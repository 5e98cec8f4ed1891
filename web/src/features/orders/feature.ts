import { call } from '@/shared/api/client'
import type { List, OrderItem } from '@/shared/api/types'
import type { Feature } from '@/shared/app/feature'

/** Orders: finding them, what is in them, refunding and claiming. */
export const orders: Feature = {
  menu: [{ path: '/orders', label: ['订单', 'Orders'], icon: 'orders', need: 'order.read', order: 40 }],
  pages: [
    { path: '/orders', load: () => import('./OrdersPage'), need: 'order.read' },
    { path: '/orders/$id', load: () => import('./OrderPage'), need: 'order.read' },
  ],
  finders: [
    {
      label: ['订单', 'Orders'],
      need: 'order.read',
      find: async (q, signal) => {
        const found = await call<List<OrderItem>>('GET', '/orders', { query: { q, limit: 5 }, signal })
        return found.items.map((order) => ({
          title: order.number,
          hint: [order.occurred_at.slice(0, 10), order.external_id].filter(Boolean).join(' · '),
          to: `/orders/${order.id}`,
        }))
      },
    },
  ],
}
