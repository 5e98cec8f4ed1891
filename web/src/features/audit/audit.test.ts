import { describe, expect, it } from 'vitest'
import { actions, changes, isCode, pageOf, resultTone, unitOf } from './audit'
import { deeds } from './text'

describe('what changed', () => {
  it('is shown side by side, the changed first', () => {
    expect(changes({ name: '杯', price: 3000, brand: 'A' }, { name: '杯', price: 2800, category: '周边' })).toEqual([
      { name: 'price', before: 3000, after: 2800, kind: 'changed' },
      { name: 'brand', before: 'A', after: undefined, kind: 'removed' },
      { name: 'category', before: undefined, after: '周边', kind: 'added' },
      { name: 'name', before: '杯', after: '杯', kind: 'same' },
    ])
  })
  it('names facts inside facts, and keeps lists whole', () => {
    expect(changes({ validity: { kind: 'never' }, fields: ['a'] }, { validity: { kind: 'days', n: 30 }, fields: ['a', 'b'] })).toEqual([
      { name: 'validity.kind', before: 'never', after: 'days', kind: 'changed' },
      { name: 'fields', before: ['a'], after: ['a', 'b'], kind: 'changed' },
      { name: 'validity.n', before: undefined, after: 30, kind: 'added' },
    ])
  })
  it('takes masked texts for changed, since only a change is kept', () => {
    expect(changes({ birthday: '***', phone: '138****5678' }, { birthday: '***', phone: '138****5678' }).map((one) => one.kind)).toEqual(['changed', 'changed'])
  })
  it('takes nothing and an empty text for the same', () => {
    expect(changes(null, { name: '' })).toEqual([])
    expect(changes({ a: 0 }, { a: false })).toEqual([{ name: 'a', before: 0, after: false, kind: 'changed' }])
  })
})

describe('a deed', () => {
  it('leads to what was acted on', () => {
    expect(pageOf({ action: 'member.freeze', object: 'mem_1' })).toBe('/members/mem_1')
    expect(pageOf({ action: 'order.refund', object: 'ord_1' })).toBe('/orders/ord_1')
    expect(pageOf({ action: 'product.update', object: 'A/1' })).toBe('/products/A%2F1')
    expect(pageOf({ action: 'auth.login', object: 'stf_1' })).toBeUndefined()
  })
  it('names its object where that is more than an id', () => {
    expect(isCode('run_000t3zzaaj5k2aa91r4pwqhx')).toBe(true)
    expect(isCode('')).toBe(true)
    expect(isCode('HJ-1080')).toBe(false)
    expect(isCode('refund-order')).toBe(false)
  })
  it('has figures of its own unit', () => {
    expect(unitOf('order.refund', 'amount')).toBe('money')
    expect(unitOf('ledger.adjust', 'amount')).toBe('plain')
    expect(unitOf('order.price', 'K101')).toBe('money')
    expect(unitOf('product.update', 'tax_rate')).toBe('rate')
  })
  it('is marked when it was refused', () => {
    expect([resultTone(''), resultTone('denied'), resultTone('failed')]).toEqual(['green', 'amber', 'red'])
  })
  it('has a name for every action', () => {
    for (const [group, all] of Object.entries(actions)) {
      expect(deeds.said).toHaveProperty([group])
      for (const action of all) expect(deeds.said).toHaveProperty([action])
    }
  })
})
