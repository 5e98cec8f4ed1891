import { describe, expect, it } from 'vitest'
import type { Order, OrderLine } from '@/shared/api/types'
import { categoryOf, clampUnits, everything, isClaimable, isRefundable, moneyLeft, pointsEffects, refundBody } from './order'

const line = (line_id: string, refundable_quantity: number): OrderLine => ({
  line_id,
  sku: line_id,
  name: line_id,
  quantity: refundable_quantity + 1,
  price: 100,
  amount: 0,
  discount: 0,
  points_amount: 0,
  paid: 0,
  points_earned: 0,
  refunded_quantity: 1,
  refundable_quantity,
  refunded: 0,
})
const order = { kind: 'sale', status: 'completed', total: 1000, refunded: 400, lines: [line('line_1', 2), line('line_2', 0), line('line_3', 5)] } as unknown as Order

describe('choosing a refund', () => {
  it('takes the units that were chosen and no more than there are', () => {
    expect(refundBody(order, { mode: 'lines', quantities: { line_1: 9, line_2: 1, line_3: 0 } }, 'broken')).toEqual({
      lines: [{ line_id: 'line_1', quantity: 2 }],
      reason: 'broken',
    })
  })
  it('is nothing while nothing is chosen', () => {
    expect(refundBody(order, { mode: 'lines', quantities: {} }, '')).toBeNull()
    expect(refundBody(order, { mode: 'amount', quantities: { line_1: 1 } }, '')).toBeNull()
    expect(refundBody(order, { mode: 'amount', quantities: {}, amount: 0 }, '')).toBeNull()
  })
  it('asks for everything by naming nothing', () => {
    expect(refundBody(order, { mode: 'rest', quantities: { line_1: 1 }, amount: 5 }, 'r')).toEqual({ reason: 'r' })
  })
  it('sends an amount without lines', () => {
    expect(refundBody(order, { mode: 'amount', quantities: { line_1: 1 }, amount: 1200 }, 'r')).toEqual({ amount: 1200, reason: 'r' })
  })
  it('keeps units whole and inside the line', () => {
    expect([undefined, -3, 1.9, 7, NaN].map((n) => clampUnits(n, { refundable_quantity: 4 }))).toEqual([0, 0, 1, 4, 0])
    expect(everything(order.lines)).toEqual({ line_1: 2, line_2: 0, line_3: 5 })
  })
})

describe('what can be done with an order', () => {
  it('refunds what is left of a sale', () => {
    expect(moneyLeft(order)).toBe(600)
    expect(isRefundable(order)).toBe(true)
    expect(isRefundable({ ...order, status: 'refunded' })).toBe(false)
    expect(isRefundable({ ...order, kind: 'credit' })).toBe(false)
  })
  it('claims only the sale of a walk-in', () => {
    expect(isClaimable({ kind: 'sale', member_id: '', status: 'completed' })).toBe(true)
    expect(isClaimable({ kind: 'sale', member_id: 'mem_1', status: 'completed' })).toBe(false)
    expect(isClaimable({ kind: 'credit', member_id: '', status: 'completed' })).toBe(false)
  })
})

describe('telling of points', () => {
  it('names only what happens, from the side of the member', () => {
    expect(pointsEffects({ points_returned: 500, points_clawed_back: 120, points_debt: 20, points_forgiven: 0, points_lapsed: 0 })).toEqual([
      { key: 'returned', points: 500, moves: true },
      { key: 'clawed', points: -120, moves: true },
      { key: 'debt', points: 20, moves: false },
    ])
  })
  it('reads the category out of a rule', () => {
    expect(categoryOf('category:茶')).toBe('茶')
    expect(categoryOf('base')).toBe('')
  })
})
