/**
 * The shapes of trade: orders, catalogue, settings, reports. See types.ts for the
 * units and forms that all of them share.
 */

import type { Called, Permission, Role, Trade } from './types'

// Orders

export type OrderStatus = 'completed' | 'partly_refunded' | 'refunded'
export type OrderKind = 'sale' | 'credit'
export type Tender = 'cash' | 'card' | 'other'

/** A part of what was paid. Of cash: what was handed over and given back; null when nobody said. */
export interface Payment {
  method: Tender
  amount: number
  tendered: number | null
  change: number | null
}

export interface OrderItem extends Called {
  id: string
  number: string
  kind: OrderKind
  status: OrderStatus
  /** '' for a walk-in, as what the member is called. */
  member_id: string
  store_id: string
  total: number
  refunded: number
  points_earned: number
  points_used: number
  occurred_at: string
  source: string
  staff_name: string
  external_id: string
  lines_count: number
}

export interface OrderLine {
  line_id: string
  sku: string
  name: string
  quantity: number
  price: number
  amount: number
  discount: number
  points_amount: number
  paid: number
  points_earned: number
  refunded_quantity: number
  refundable_quantity: number
  refunded: number
}

export interface Because {
  rule: string
  points: number
  because: string
}

export interface OrderRefund {
  id: string
  amount: number
  points_returned: number
  /** Points earned that were really taken, debt included. The lines add up to it, and to the two below. */
  points_clawed_back: number
  points_debt: number
  /** Points earned that were let go, and those that had expired unspent before: not among those taken. */
  points_forgiven: number
  points_lapsed: number
  reason: string
  occurred_at: string
  staff_name: string
  refunds: { method: Tender; amount: number }[]
  /** Quantity 0 stands for a price reduction. */
  lines: RefundedLine[]
}

export interface RefundedLine {
  line_id: string
  quantity: number
  amount: number
  points_returned: number
  points_clawed_back: number
  points_forgiven: number
  points_lapsed: number
}

export interface Order {
  id: string
  number: string
  kind: OrderKind
  status: OrderStatus
  subtotal: number
  discount: { amount: number; reason: string } | null
  points_used: number
  points_amount: number
  total: number
  paid: number
  points_earned: number
  member_id?: string
  /** Right after the sale; null for a walk-in. */
  member_balance: number | null
  /** A walk-in's order that was claimed for the member later. */
  claimed?: boolean
  refunded: number
  points_returned: number
  /** What all refunds together took, of which debt; and what they let go or found expired. */
  points_clawed_back: number
  points_debt: number
  points_forgiven: number
  points_lapsed: number
  store_id: string
  staff_name: string
  occurred_at: string
  external_id?: string
  source?: string
  payments: (Payment & { refunded: number })[]
  lines: OrderLine[]
  refunds: OrderRefund[]
  explanation: Because[]
}

export interface QuoteRequest {
  store_id: string
  member_id?: string
  lines: { sku: string; quantity: number; price?: number }[]
  use_points?: number | 'max'
  discount?: { amount: number; reason: string }
}

export interface Quote {
  lines: OrderLine[]
  subtotal: number
  discounts: { kind: string; name: string; amount: number }[]
  points_used: number
  points_amount: number
  /** The most points that can pay for this basket, and what limits them; '' when only the points at hand do. */
  points_usable: number
  points_reason: string
  total: number
  earn: { points: number; growth: number; explanation: Because[] }
}

export interface NewOrder extends QuoteRequest {
  payments: { method: Tender; amount: number; tendered?: number }[]
  external_id?: string
  occurred_at?: string
}

export interface RefundRequest {
  lines?: { line_id: string; quantity: number }[]
  amount?: number
  reason: string
}

export interface RefundAnswer extends OrderRefund {
  order_id: string
  order_status: OrderStatus
  /** Right after the refund; null for a walk-in. */
  member_balance: number | null
}

export interface Receipt {
  merchant: string
  store: { code: string; name: string; address: string; phone: string }
  number: string
  occurred_at: string
  staff_name: string
  lines: { name: string; quantity: number; price: number; amount: number }[]
  subtotal: number
  discount: number
  points_used: number
  points_amount: number
  total: number
  payments: Payment[]
  /** What went back of it since. */
  refunded?: number
  member?: { member_no: string; name: string } | null
  points_earned: number
  points_balance: number
  footer: string
}

// Catalogue

export interface Product {
  id: string
  sku: string
  name: string
  price: number
  category: string
  brand: string
  kind: 'goods' | 'service'
  barcodes: string[]
  /** Basis points: 1300 is 13 %. */
  tax_rate: number
  earns_points: boolean
  status: 'active' | 'archived'
  created_at: string
}

export interface Category {
  name: string
  products: number
}

// What a merchant sets

/** How long points live; every kind ends with the end of a day. */
export interface Validity {
  kind: 'never' | 'days' | 'months' | 'months_end' | 'quarters_end' | 'years_end' | 'date'
  /** For all kinds but never and date. */
  n?: number
  /** YYYY-MM-DD, for date. */
  date?: string
}

export interface EarningPolicy {
  points: number
  per_amount: number
  rounding: 'down' | 'half_up'
  validity: Validity
  pending_days: number
  categories?: { category: string; points: number; per_amount: number }[] | null
  excluded_skus?: string[] | null
  version?: number
  effective_at?: string
  /** The id of who set it. */
  set_by?: string
}

export interface PointsOffset {
  points: number
  amount: number
  step: number
  max_percent: number
  min_points: number
}

export interface DebtPolicy {
  points: 'negative' | 'forgive' | 'refuse'
  reinstatement_grace_days?: number
}

export interface ReceiptSetting {
  footer: string
  claim_days?: number
}

export interface MerchantSetting {
  name: string
  /** Read only. */
  currency?: string
  timezone: string
  trade: Trade
}

export interface Store {
  id: string
  code: string
  name: string
  timezone: string
  address: string
  phone: string
  status: 'open' | 'closed'
}

export interface Staff {
  id: string
  account: string
  name: string
  roles: Role[]
  /** [] means every store. */
  stores: string[]
  status: 'active' | 'disabled'
  created_at: string
  last_login_at?: string | null
}

export interface RoleItem {
  role: Role
  permissions: Permission[]
}

// Reports, audit, demo

export interface Figures {
  sales: number
  orders: number
  refunds: number
  member_sales: number
  new_members: number
  points_earned: number
  points_redeemed: number
  points_expired: number
}

export interface TrendDay {
  day: string
  sales: number
  orders: number
  refunds: number
  new_members: number
  points_earned: number
  points_redeemed: number
  points_expired: number
}

export interface HomeReport {
  day: string
  today: Figures
  yesterday: Figures
  trend: TrendDay[]
  members_total: number
  setup: { products: number; members: number; orders: number; staff: number; demo: boolean }
}

export interface AuditEvent {
  id: string
  at: string
  action: string
  object: string
  label: string
  store_id: string
  reason: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  /** '' for done, denied, failed. */
  result: string
  who: string
  actor_id: string
  actor_name: string
  role: string
  request_id: string
  ip: string
}

export interface Demo {
  state: 'none' | 'loading' | 'loaded' | 'clearing'
  /** 0–100. */
  progress: number
  done: number
  total: number
  /** Why the last attempt ended early. */
  trouble?: string
  /** What stayed when it was cleared, because the merchant's own data names it. */
  kept?: { products: string[]; stores: string[] }
}
