import { describe, expect, it } from 'vitest'
import { askOf, changed, estimate, mostLines, newBill, pieces, type Bill, type BillChange } from './bill'

const beans = { sku: 'K1', name: '咖啡豆', price: 8800 }
const cup = { sku: 'K2', name: '马克杯', price: 5900 }
const bag = { sku: 'K3', name: '帆布袋', price: 3900 }

const after = (...changes: BillChange[]): Bill => changes.reduce(changed, newBill('key'))
const add = (product: typeof beans, quantity = 1): BillChange => ({ do: 'add', product, quantity })

describe('a bill', () => {
  it('counts the same product on one line, and selects what came last', () => {
    const bill = after(add(beans), add(cup), add(beans, 2))
    expect(bill.lines.map((l) => [l.sku, l.quantity])).toEqual([
      ['K1', 3],
      ['K2', 1],
    ])
    expect(bill.selected).toBe('K1')
    expect([pieces(bill), estimate(bill)]).toEqual([4, 32300])
  })
  it('takes the newest price of a product', () => {
    expect(estimate(after(add(beans), add({ ...beans, price: 9000 })))).toBe(18000)
  })
  it('keeps quantities between 1 and 99,999', () => {
    const set = (quantity: number) => after(add(beans), { do: 'quantity', sku: 'K1', quantity }).lines[0]?.quantity
    expect([set(0), set(-3), set(2.7), set(1e9)]).toEqual([1, 1, 2, 99_999])
  })
  it('selects the neighbour of what is removed, and puts it back where it was', () => {
    const full = after(add(beans), add(cup), add(bag), { do: 'select', sku: 'K2' })
    const without = changed(full, { do: 'remove', sku: 'K2' })
    expect([without.lines.map((l) => l.sku), without.selected]).toEqual([['K1', 'K3'], 'K3'])
    const back = changed(without, { do: 'putBack', line: { ...cup, quantity: 1 }, at: 1 })
    expect([back.lines.map((l) => l.sku), back.selected]).toEqual([['K1', 'K2', 'K3'], 'K2'])
    expect(changed(back, { do: 'putBack', line: { ...cup, quantity: 1 }, at: 1 })).toBe(back)
  })
  it('loses its discount with its last line', () => {
    const bill = after(add(beans), { do: 'discount', discount: { amount: 100, reason: '老客' } }, { do: 'remove', sku: 'K1' })
    expect([bill.lines, bill.selected, bill.discount]).toEqual([[], '', null])
  })
  it('moves its selection and stops at the ends', () => {
    const bill = after(add(beans), add(cup))
    const at = (...by: (1 | -1)[]) => by.reduce((b, one) => changed(b, { do: 'move', by: one }), bill).selected
    expect([at(-1), at(-1, -1, -1), at(1), at(-1, 1)]).toEqual(['K1', 'K1', 'K2', 'K2'])
    expect(changed(newBill('x'), { do: 'move', by: 1 }).selected).toBe('')
  })
  it('takes no more lines than an order can have', () => {
    const many = Array.from({ length: mostLines + 5 }, (_, i) => add({ sku: 'S' + i, name: 'x', price: 1 }))
    expect(after(...many).lines).toHaveLength(mostLines)
  })
  it('uses points only of a member, and never those of the one before', () => {
    expect(after(add(beans), { do: 'points', wish: 'max' }).points).toBe('none')
    const bill = after(add(beans), { do: 'member', memberId: 'mem_1' }, { do: 'points', wish: 'max' })
    expect(bill.points).toBe('max')
    expect(changed(bill, { do: 'member', memberId: 'mem_2' }).points).toBe('none')
  })
  it('begins anew under another key', () => {
    expect(after(add(beans), { do: 'begin', key: 'next' })).toEqual(newBill('next'))
  })
})

describe('what is asked of the server', () => {
  it('is nothing for an empty bill', () => {
    expect(askOf(newBill('x'), 'sto_1')).toBeNull()
  })
  it('names only what there is', () => {
    expect(askOf(after(add(beans, 2)), 'sto_1')).toEqual({ store_id: 'sto_1', lines: [{ sku: 'K1', quantity: 2 }] })
  })
  it('names member, points and discount', () => {
    const bill = after(
      add(beans),
      { do: 'member', memberId: 'mem_1' },
      { do: 'points', wish: 500 },
      { do: 'discount', discount: { amount: 100, reason: '老客' } },
    )
    expect(askOf(bill, 'sto_1')).toEqual({
      store_id: 'sto_1',
      lines: [{ sku: 'K1', quantity: 1 }],
      member_id: 'mem_1',
      use_points: 500,
      discount: { amount: 100, reason: '老客' },
    })
  })
})
