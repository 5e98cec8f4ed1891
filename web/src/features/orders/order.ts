import type { Order, OrderLine, OrderStatus, RefundAnswer, RefundRequest } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/values'

/** The colour of an order's status. */
export const statusTone: Record<OrderStatus, Tone> = { completed: 'green', partly_refunded: 'amber', refunded: 'slate' }

/** How a refund is chosen: line by line, all that is left, or an amount of money. */
export type RefundMode = 'lines' | 'rest' | 'amount'

/** What somebody chose to give back. */
export interface Choice {
  mode: RefundMode
  /** Units by line_id; a line that is missing or 0 stays. */
  quantities: Readonly<Record<string, number>>
  /** In the smallest unit; only for the mode amount. */
  amount?: number
}

/** The money of the order that has not gone back yet. */
export function moneyLeft(order: Pick<Order, 'total' | 'refunded'>): number {
  return Math.max(order.total - order.refunded, 0)
}

/** The units of the order that have not gone back yet. */
export function unitsLeft(order: Pick<Order, 'lines'>): number {
  return order.lines.reduce((sum, line) => sum + line.refundable_quantity, 0)
}

/** Whether anything can still be given back; a credit never can. */
export function isRefundable(order: Pick<Order, 'kind' | 'status' | 'lines' | 'total' | 'refunded'>): boolean {
  return order.kind === 'sale' && order.status !== 'refunded' && (unitsLeft(order) > 0 || moneyLeft(order) > 0)
}

/** Whether the receipt can still be brought to a member; the days are the server's to judge. */
export function isClaimable(order: Pick<Order, 'kind' | 'member_id' | 'status'>): boolean {
  return order.kind === 'sale' && !order.member_id && order.status !== 'refunded'
}

/** A number of units that the line can still give back. */
export function clampUnits(wanted: number | undefined, line: Pick<OrderLine, 'refundable_quantity'>): number {
  const whole = Math.trunc(wanted ?? 0)
  if (!Number.isFinite(whole)) return 0
  return Math.min(Math.max(whole, 0), line.refundable_quantity)
}

/** All units of every line. */
export function everything(lines: readonly OrderLine[]): Record<string, number> {
  return Object.fromEntries(lines.map((line) => [line.line_id, line.refundable_quantity]))
}

/** The refund as the API takes it; null while nothing is chosen. */
export function refundBody(order: Pick<Order, 'lines'>, choice: Choice, reason: string): RefundRequest | null {
  if (choice.mode === 'rest') return { reason }
  if (choice.mode === 'amount') return choice.amount && choice.amount > 0 ? { amount: choice.amount, reason } : null
  const lines = order.lines
    .map((line) => ({ line_id: line.line_id, quantity: clampUnits(choice.quantities[line.line_id], line) }))
    .filter((line) => line.quantity > 0)
  return lines.length > 0 ? { lines, reason } : null
}

/** What the points of a member do in a refund, in the order in which they are told. */
export interface PointsEffect {
  key: 'returned' | 'clawed' | 'debt' | 'forgiven' | 'lapsed'
  points: number
  /** Whether it moves the balance; the others only explain. Then points are signed, from the member's side. */
  moves: boolean
}

/** The effects of a refund on the member's points; what is 0 is left out. */
export function pointsEffects(refund: Pick<RefundAnswer, 'points_returned' | 'points_clawed_back' | 'points_debt' | 'points_forgiven' | 'points_lapsed'>): PointsEffect[] {
  const all: PointsEffect[] = [
    { key: 'returned', points: refund.points_returned, moves: true },
    { key: 'clawed', points: -refund.points_clawed_back, moves: true },
    { key: 'debt', points: refund.points_debt, moves: false },
    { key: 'forgiven', points: refund.points_forgiven, moves: false },
    { key: 'lapsed', points: refund.points_lapsed, moves: false },
  ]
  return all.filter((effect) => effect.points !== 0)
}

/** The category that a rule of an explanation is about; '' for the base rule. */
export function categoryOf(rule: string): string {
  return rule.startsWith('category:') ? rule.slice('category:'.length) : ''
}
