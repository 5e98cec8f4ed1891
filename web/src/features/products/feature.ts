import { call } from '@/shared/api/client'
import type { List, Product } from '@/shared/api/types'
import type { Feature } from '@/shared/app/feature'

/** Products and services: what is sold, for how much, and whether it earns points. */
export const products: Feature = {
  menu: [{ path: '/products', label: ['商品', 'Products'], icon: 'products', need: 'catalog.read', order: 50 }],
  pages: [
    { path: '/products', load: () => import('./ProductsPage'), need: 'catalog.read' },
    { path: '/products/$sku', load: () => import('./ProductsPage'), need: 'catalog.read' },
  ],
  finders: [
    {
      label: ['商品', 'Products'],
      need: 'catalog.read',
      find: async (q, signal) => {
        const found = await call<List<Product>>('GET', '/products', { query: { q, limit: 5 }, signal })
        return found.items.map((product) => ({
          title: product.name,
          hint: [product.sku, product.category].filter(Boolean).join(' · '),
          to: `/products/${encodeURIComponent(product.sku)}`,
        }))
      },
    },
  ],
}
