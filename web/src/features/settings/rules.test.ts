import { describe, expect, it } from 'vitest'
import { addMonths, debtExample, earned, plainValidity, rateOf, stepIsWhole, usable, validUntil, validitySentence, wholeStep } from './rules'

describe('earning', () => {
  it('rounds as the rule says', () => {
    expect(earned(12850, { points: 1, per_amount: 100 }, 'down')).toEqual({ points: 128, exact: 128.5 })
    expect(earned(12850, { points: 1, per_amount: 100 }, 'half_up')).toEqual({ points: 129, exact: 128.5 })
    expect(earned(12849, { points: 1, per_amount: 100 }, 'half_up').points).toBe(128)
    expect(earned(9_999, { points: 3, per_amount: 1000 }, 'down').points).toBe(29)
  })
  it('is nothing while the rule is not whole', () => {
    expect(earned(100, { points: 1, per_amount: 0 }, 'down').points).toBe(0)
    expect(earned(100, { points: undefined as never, per_amount: 100 }, 'down').points).toBe(0)
  })
  it('takes the rate of the category in either case', () => {
    const policy = { points: 1, per_amount: 100, categories: [{ category: 'Tea', points: 2, per_amount: 100 }] }
    expect(rateOf(policy, 'tea').points).toBe(2)
    expect(rateOf(policy, '酒').points).toBe(1)
    expect(rateOf(policy, '').points).toBe(1)
  })
})

describe('validity', () => {
  it.each([
    [{ kind: 'never' as const }, '2026-01-31', null],
    [{ kind: 'days' as const, n: 30 }, '2026-01-31', '2026-03-02'],
    [{ kind: 'months' as const, n: 1 }, '2026-01-31', '2026-02-28'],
    [{ kind: 'months' as const, n: 13 }, '2026-01-31', '2027-02-28'],
    [{ kind: 'months_end' as const, n: 0 }, '2026-02-10', '2026-02-28'],
    [{ kind: 'months_end' as const, n: 1 }, '2026-01-31', '2026-02-28'],
    [{ kind: 'months_end' as const, n: 24 }, '2026-02-10', '2028-02-29'],
    [{ kind: 'quarters_end' as const, n: 0 }, '2026-05-16', '2026-06-30'],
    [{ kind: 'quarters_end' as const, n: 3 }, '2026-05-16', '2027-03-31'],
    [{ kind: 'years_end' as const, n: 1 }, '2026-11-22', '2027-12-31'],
    [{ kind: 'date' as const, date: '2027-06-30' }, '2026-11-22', '2027-06-30'],
    [{ kind: 'date' as const }, '2026-11-22', null],
  ])('%j from %s is good until %s', (validity, from, until) => {
    expect(validUntil(validity, from)).toBe(until)
  })
  it('moves months across the year', () => {
    expect(addMonths('2026-11-30', 3)).toBe('2027-02-28')
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
  })
  it('is sent without what its kind does not have', () => {
    expect(plainValidity({ kind: 'date', n: 3, date: '2027-01-01' })).toEqual({ kind: 'date', date: '2027-01-01' })
    expect(plainValidity({ kind: 'never', n: 3, date: '2027-01-01' })).toEqual({ kind: 'never' })
    expect(plainValidity({ kind: 'years_end', date: '2027-01-01' })).toEqual({ kind: 'years_end', n: 0 })
  })
  it('is said in one sentence', () => {
    expect(validitySentence({ kind: 'never' })).toEqual({ key: 'never', values: {} })
    expect(validitySentence({ kind: 'years_end', n: 0 })).toEqual({ key: 'years_end0', values: {} })
    expect(validitySentence({ kind: 'months_end', n: 24 })).toEqual({ key: 'months_end', values: { count: 24 } })
    expect(validitySentence({ kind: 'date', date: '2027-06-30' })).toEqual({ key: 'date', values: { date: '2027-06-30' } })
  })
})

describe('paying with points', () => {
  const offset = { points: 100, amount: 100, step: 100, max_percent: 50, min_points: 0 }
  it('is limited by the share of the order', () => {
    expect(usable(offset, 9000, 8800)).toEqual({ points: 4400, amount: 4400, limit: 'percent' })
    expect(usable(offset, 9000, 8890)).toEqual({ points: 4400, amount: 4400, limit: 'percent' })
  })
  it('is limited by the points at hand, in steps', () => {
    expect(usable(offset, 2350, 8800)).toEqual({ points: 2300, amount: 2300, limit: 'step' })
    expect(usable(offset, 2300, 8800)).toEqual({ points: 2300, amount: 2300, limit: 'hand' })
  })
  it('can cover the whole order, or nothing', () => {
    expect(usable({ ...offset, max_percent: 100 }, 9000, 8800).limit).toBe('whole')
    expect(usable({ ...offset, max_percent: 0 }, 9000, 8800).limit).toBe('off')
    expect(usable({ ...offset, min_points: 500 }, 450, 8800).limit).toBe('least')
    expect(usable(offset, 50, 8800).limit).toBe('least')
  })
  it('uses only numbers of points that are worth whole fen', () => {
    expect(wholeStep({ points: 3, amount: 1, step: 2 })).toBe(6)
    expect(stepIsWhole({ points: 3, amount: 1, step: 2 })).toBe(false)
    expect(stepIsWhole({ points: 100, amount: 100, step: 1 })).toBe(true)
  })
})

it('each debt policy has its outcome', () => {
  expect(debtExample('negative', 200, 150)).toEqual({ refunded: true, balance: -150, debt: 150, forgiven: 0 })
  expect(debtExample('forgive', 200, 150)).toEqual({ refunded: true, balance: 0, debt: 0, forgiven: 150 })
  expect(debtExample('refuse', 200, 150)).toEqual({ refunded: false, balance: 50, debt: 0, forgiven: 0 })
})
