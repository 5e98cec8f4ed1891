import type { Product, QuoteRequest } from '@/shared/api/types'
import { mostQuantity } from './box'

/** One line of the bill. Price and name are those of the catalogue when it was added; the quote has the last word. */
export interface BillLine {
  sku: string
  name: string
  price: number
  quantity: number
}

/** How many points pay: none, as many as can be used, or this many. */
export type PointsWish = 'none' | 'max' | number

/** A discount on the whole bill. */
export interface BillDiscount {
  amount: number
  reason: string
}

/** What is being sold. It is kept on the device, so it names the member by id only. */
export interface Bill {
  /** Names this bill once and for all: the Idempotency-Key of its sale. */
  key: string
  lines: readonly BillLine[]
  /** The SKU of the line that quantity and Delete are about; '' for none. */
  selected: string
  memberId: string
  points: PointsWish
  discount: BillDiscount | null
}

/** The most lines that an order can have. */
export const mostLines = 200

/** A change of the bill. */
export type BillChange =
  | { do: 'add'; product: Pick<Product, 'sku' | 'name' | 'price'>; quantity: number }
  | { do: 'quantity'; sku: string; quantity: number }
  | { do: 'remove'; sku: string }
  | { do: 'putBack'; line: BillLine; at: number }
  | { do: 'select'; sku: string }
  | { do: 'move'; by: 1 | -1 }
  | { do: 'member'; memberId: string }
  | { do: 'points'; wish: PointsWish }
  | { do: 'discount'; discount: BillDiscount | null }
  | { do: 'begin'; key: string }

/** An empty bill. */
export function newBill(key: string): Bill {
  return { key, lines: [], selected: '', memberId: '', points: 'none', discount: null }
}

/** The bill after a change. */
export function changed(bill: Bill, change: BillChange): Bill {
  switch (change.do) {
    case 'add':
      return added(bill, change.product, change.quantity)
    case 'quantity':
      return { ...bill, lines: bill.lines.map((l) => (l.sku === change.sku ? { ...l, quantity: within(change.quantity) } : l)) }
    case 'remove':
      return removed(bill, change.sku)
    case 'putBack':
      return bill.lines.some((l) => l.sku === change.line.sku)
        ? bill
        : { ...bill, lines: bill.lines.toSpliced(change.at, 0, change.line), selected: change.line.sku }
    case 'select':
      return { ...bill, selected: bill.lines.some((l) => l.sku === change.sku) ? change.sku : '' }
    case 'move':
      return { ...bill, selected: neighbour(bill, change.by) }
    case 'member':
      return { ...bill, memberId: change.memberId, points: 'none' }
    case 'points':
      return { ...bill, points: bill.memberId === '' ? 'none' : change.wish }
    case 'discount':
      return { ...bill, discount: change.discount }
    case 'begin':
      return newBill(change.key)
  }
}

function within(quantity: number): number {
  return Math.min(Math.max(Math.trunc(quantity), 1), mostQuantity)
}

function added(bill: Bill, product: Pick<Product, 'sku' | 'name' | 'price'>, quantity: number): Bill {
  const { sku, name, price } = product
  const found = bill.lines.find((l) => l.sku === sku)
  if (found) {
    const more = { ...found, name, price, quantity: within(found.quantity + quantity) }
    return { ...bill, lines: bill.lines.map((l) => (l === found ? more : l)), selected: sku }
  }
  if (bill.lines.length >= mostLines) return bill
  return { ...bill, lines: [...bill.lines, { sku, name, price, quantity: within(quantity) }], selected: sku }
}

/** Without the line. Its neighbour is selected, so that Delete can be pressed again; nothing is left to be discounted on an empty bill. */
function removed(bill: Bill, sku: string): Bill {
  const at = bill.lines.findIndex((l) => l.sku === sku)
  if (at < 0) return bill
  const lines = bill.lines.toSpliced(at, 1)
  const selected = bill.selected === sku ? (lines[Math.min(at, lines.length - 1)]?.sku ?? '') : bill.selected
  return { ...bill, lines, selected, discount: lines.length === 0 ? null : bill.discount }
}

function neighbour(bill: Bill, by: 1 | -1): string {
  if (bill.lines.length === 0) return ''
  const at = bill.lines.findIndex((l) => l.sku === bill.selected)
  const next = at < 0 ? (by > 0 ? 0 : bill.lines.length - 1) : at + by
  return bill.lines[Math.min(Math.max(next, 0), bill.lines.length - 1)]?.sku ?? ''
}

/** How many pieces there are. */
export function pieces(bill: Bill): number {
  return bill.lines.reduce((sum, l) => sum + l.quantity, 0)
}

/** What the lines come to by the prices known here; the quote says what is due. */
export function estimate(bill: Bill): number {
  return bill.lines.reduce((sum, l) => sum + l.quantity * l.price, 0)
}

/** What is asked of the server; null for an empty bill. */
export function askOf(bill: Bill, storeId: string): QuoteRequest | null {
  if (bill.lines.length === 0) return null
  return {
    store_id: storeId,
    lines: bill.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    ...(bill.memberId && { member_id: bill.memberId }),
    ...(bill.memberId && bill.points !== 'none' && { use_points: bill.points }),
    ...(bill.discount && { discount: bill.discount }),
  }
}
