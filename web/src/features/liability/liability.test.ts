import { describe, expect, it } from 'vitest'
import type { MonthDues, ProgrammeMonth } from '@/shared/api/typesReports'
import { begun, columnsOf, groups, others, toMembers, unitsOf } from './liability'

const dues = (month: string | null, units: number, amount: number | null = units): MonthDues => ({ month, units, available: units, pending: 0, held: 0, amount })

describe('columns by expiry', () => {
  it('keeps the order and puts never last', () => {
    const columns = columnsOf([dues('2026-01', 5), dues('2026-03', 7), dues(null, 9)])
    expect(columns.map((c) => [c.kind, c.month, c.units])).toEqual([
      ['month', '2026-01', 5],
      ['month', '2026-03', 7],
      ['never', '', 9],
    ])
  })

  it('draws later months as one and loses nothing', () => {
    const months = [...Array.from({ length: 5 }, (_, i) => dues(`2026-0${i + 1}`, i + 1)), dues(null, 100)]
    const columns = columnsOf(months, 3)
    expect(columns.map((c) => c.units)).toEqual([1, 2, 3, 9, 100])
    expect(columns[3]).toMatchObject({ kind: 'later', month: '2026-04', amount: 9 })
    expect(columns.reduce((all, c) => all + c.units, 0)).toBe(115)
    expect(columnsOf(months.map((m) => ({ ...m, amount: null })), 3)[3]?.amount).toBeNull()
  })
})

it('turns programme accounts round to what came to members', () => {
  const flow = (account: string, sum: number) => ({ account, given: Math.max(0, -sum), taken: Math.max(0, sum), sum, postings: 1 })
  const month: ProgrammeMonth = {
    month: '2026-01',
    opening: 0,
    accounts: [flow('issued', -100), flow('opening', -50), flow('redeemed', 30), flow('expired', 10), flow('adjusted', -4), flow('in_transit', 0)],
    closing: 114,
  }
  expect(toMembers(month, groups.issued)).toBe(150)
  expect(toMembers(month, groups.redeemed)).toBe(-30)
  expect(toMembers(month, groups.expired)).toBe(-10)
  expect(others(month)).toBe(4)
  expect(month.opening + 150 - 30 - 10 + 4).toBe(month.closing)
  expect(Object.is(toMembers(month, ['settled']), 0)).toBe(true)
})

it('writes units by their scale', () => {
  expect(unitsOf(1234567, 0)).toBe('1,234,567')
  expect(unitsOf(-1250, 2)).toBe('−12.50')
})

it('leaves out the months before anything happened', () => {
  const quiet = { month: '2026-01', opening: 0, accounts: [], closing: 0 }
  const busy = { month: '2026-02', opening: 0, accounts: [{ account: 'issued', given: 5, taken: 0, sum: -5, postings: 1 }], closing: 5 }
  const after = { month: '2026-03', opening: 5, accounts: [], closing: 5 }
  expect(begun([quiet, busy, after])).toEqual([busy, after])
  expect(begun([quiet, after])).toEqual([after])
  expect(begun([quiet, quiet])).toHaveLength(1)
})
