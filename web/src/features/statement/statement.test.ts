import { describe, expect, it } from 'vitest'
import { addMonths, amountOf, monthsOf, totalsOf } from './statement'

describe('months', () => {
  it('move over the turn of the year', () => {
    expect(addMonths('2026-01', -1)).toBe('2025-12')
    expect(addMonths('2025-12', 1)).toBe('2026-01')
    expect(addMonths('2026-03', -14)).toBe('2025-01')
    expect(addMonths('2026-03', 0)).toBe('2026-03')
  })

  it('are those of the address, and never in the future', () => {
    expect(monthsOf({}, '2026-03')).toEqual({ from: '2026-03', to: '2026-03', length: 1 })
    expect(monthsOf({ month: '2025-12', months: '3' }, '2026-03')).toEqual({ from: '2025-10', to: '2025-12', length: 3 })
    expect(monthsOf({ month: '2026-04' }, '2026-03').to).toBe('2026-03')
    expect(monthsOf({ month: '2026-13', months: '7' }, '2026-03')).toEqual({ from: '2026-03', to: '2026-03', length: 1 })
  })
})

it('adds months up', () => {
  const month = { month: '2026-01', opening: 10, in: [], in_total: 50, out: [], out_total: -20, expired: -5, adjusted: 1, closing: 36, count: 4 }
  const sums = totalsOf([month, { ...month, opening: 36, closing: 62 }])
  expect(sums).toEqual({ in: 100, out: -40, expired: -10, adjusted: 2, count: 8 })
  expect(month.opening + sums.in + sums.out + sums.expired + sums.adjusted).toBe(62)
})

it('writes amounts with a true minus', () => {
  expect(amountOf(-1234, 0)).toBe('−1,234')
  expect(amountOf(120, 0, true)).toBe('+120')
  expect(amountOf(0, 0, true)).toBe('0')
  expect(amountOf(-990, 2, true)).toBe('−9.90')
})
