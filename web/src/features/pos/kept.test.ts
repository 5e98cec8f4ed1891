import { expect, it } from 'vitest'
import { changed, newBill } from './bill'
import { readKept } from './kept'
import { attemptOf } from './sale'

const bill = changed(changed(newBill('k'), { do: 'add', product: { sku: 'K1', name: '咖啡豆', price: 8800 }, quantity: 2 }), {
  do: 'member',
  memberId: 'mem_1',
})

it('comes back as it was', () => {
  const last = { orderId: 'ord_1', change: 2400 }
  expect(readKept(JSON.stringify({ bill, attempt: null, last }), 'other')).toEqual({ bill, attempt: null, last })
})

it('takes a sale that was on its way for unsure', () => {
  const attempt = attemptOf('k', { store_id: 's', lines: [{ sku: 'K1', quantity: 2 }] }, 17600, [{ method: 'cash', amount: 17600, tendered: 20000 }], 2400)
  expect(readKept(JSON.stringify({ bill, attempt }), 'x').attempt).toEqual({ ...attempt, unsure: true })
})

it.each([null, '', 'nonsense', '[]', 'null', '{"bill":{"key":""}}', '{"bill":{"key":"a","lines":5},"attempt":{"key":"a"},"last":7}'])(
  'makes a new bill of %s',
  (text) => {
    expect(readKept(text, 'new')).toEqual({ bill: newBill('new'), attempt: null, last: null })
  },
)

it('leaves out what is broken', () => {
  const lines = [{ sku: 'K1', name: 'x', price: 100, quantity: 1 }, { sku: 'K2', name: 'x', price: -1, quantity: 1 }, { sku: 'K3' }, null]
  const kept = readKept(JSON.stringify({ bill: { key: 'a', lines, memberId: '', points: 'max', discount: { amount: 0, reason: 'x' } } }), 'n')
  expect(kept.bill.lines.map((l) => l.sku)).toEqual(['K1'])
  expect([kept.bill.points, kept.bill.discount]).toEqual(['none', null])
})
