import { audit } from '@/features/audit/feature'
import { health } from '@/features/health/feature'
import { home } from '@/features/home/feature'
import { liability } from '@/features/liability/feature'
import { members } from '@/features/members/feature'
import { orders } from '@/features/orders/feature'
import { points } from '@/features/points/feature'
import { products } from '@/features/products/feature'
import { settings } from '@/features/settings/feature'
import { signin } from '@/features/signin/feature'
import { staff } from '@/features/staff/feature'
import { statement } from '@/features/statement/feature'
import { stores } from '@/features/stores/feature'
import type { Feature } from '@/shared/app/feature'

/** The features of the console. The menu takes its order from the entries themselves. */
export const features: readonly Feature[] = [signin, home, members, statement, points, liability, orders, products, stores, staff, settings, audit, health]
