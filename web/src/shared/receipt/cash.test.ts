import { expect, it } from 'vitest'
import { cashOf } from './cash'

const card = { method: 'card', amount: 1000, tendered: null, change: null } as const
const unsaid = { method: 'cash', amount: 5000, tendered: null, change: null } as const
const said = { method: 'cash', amount: 7998, tendered: 10000, change: 2002 } as const
const exact = { method: 'cash', amount: 500, tendered: 500, change: 0 } as const

it.each([
  ['nothing was paid', [], null],
  ['no cash was paid', [card], null],
  ['nobody said what was handed over', [card, unsaid], null],
  ['it was said', [said], { tendered: 10000, change: 2002 }],
  ['it was exactly enough', [exact], { tendered: 500, change: 0 }],
  ['it was said of a part', [unsaid, card, said], { tendered: 15000, change: 2002 }],
])('says of the cash what is known when %s', (_, payments, cash) => {
  expect(cashOf(payments)).toEqual(cash)
})
