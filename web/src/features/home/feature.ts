import type { Feature } from '@/shared/app/feature'

/** The board that a day begins with. */
export const home: Feature = {
  menu: [{ path: '/home', label: ['首页', 'Home'], icon: 'home', order: 10 }],
  pages: [{ path: '/home', load: () => import('./HomePage') }],
}
