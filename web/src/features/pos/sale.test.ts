import { describe, expect, it } from 'vitest'
import { attemptOf, judge, pause } from './sale'

describe('a try that failed', () => {
  it.each([
    [{ status: 0, code: '' }, false, 'unsure'],
    [{ status: 408, code: '' }, false, 'unsure'],
    [{ status: 502, code: '' }, false, 'unsure'],
    [{ status: 503, code: 'overloaded' }, false, 'unsure'],
    [{ status: 409, code: 'idempotency.in_progress' }, false, 'unsure'],
    [{ status: 409, code: 'order.external_taken' }, false, 'booked'],
    [{ status: 422, code: 'idempotency.key_reused' }, true, 'booked'],
    [{ status: 422, code: 'payments.mismatch' }, false, 'refused'],
    [{ status: 409, code: 'points.insufficient' }, true, 'refused'],
    [{ status: 403, code: 'permission.denied' }, false, 'refused'],
  ] as const)('%o after unsure=%s is %s', (problem, wasUnsure, verdict) => {
    expect(judge(problem, wasUnsure)).toBe(verdict)
  })
  it.each([400, 401, 403, 413, 429])('with %i tells nothing about an earlier one whose answer was lost', (status) => {
    expect(judge({ status, code: '' }, true)).toBe('unsure')
    expect(judge({ status, code: '' }, false)).toBe('refused')
  })
})

it('carries its name, so that nobody sells the same bill under another key', () => {
  const ask = { store_id: 'sto_1', lines: [{ sku: 'K1', quantity: 1 }] }
  const attempt = attemptOf('k', ask, 500, [{ method: 'cash', amount: 500, tendered: 1000 }], 500)
  expect(attempt.body).toEqual({ ...ask, payments: [{ method: 'cash', amount: 500, tendered: 1000 }], external_id: 'pos-k' })
  expect(attempt.unsure).toBe(false)
})

it('waits longer from try to try', () => {
  expect([1, 2, 3, 4, 9].map(pause)).toEqual([2000, 4000, 8000, 15_000, 15_000])
})
