import { newBill, type Bill, type BillLine } from './bill'
import type { Attempt, LastSale } from './sale'

/** What stays on the device, so that a reload loses nothing. No personal data beyond the member's id. */
export interface Kept {
  bill: Bill
  attempt: Attempt | null
  last: LastSale | null
}

/** Where it is kept: apart for each merchant, and for each store, whose bills are its own. */
export function keptUnder(merchantId: string, storeId: string): string {
  return `huiji.pos.bill.${merchantId}.${storeId}`
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && (value as number) >= least

function isLine(value: unknown): value is BillLine {
  const l = (value ?? {}) as Partial<BillLine>
  return isText(l.sku) && l.sku !== '' && isText(l.name) && isWhole(l.price, 0) && isWhole(l.quantity, 1)
}

function readBill(value: unknown, key: string): Bill {
  const b = (value ?? {}) as Partial<Bill>
  if (!isText(b.key) || b.key === '' || !Array.isArray(b.lines)) return newBill(key)
  const { discount } = b
  const member = isText(b.memberId) ? b.memberId : ''
  return {
    key: b.key,
    lines: b.lines.filter(isLine),
    selected: isText(b.selected) ? b.selected : '',
    memberId: member,
    points: member !== '' && (b.points === 'max' || isWhole(b.points, 1)) ? b.points : 'none',
    discount: discount && isWhole(discount.amount, 1) && isText(discount.reason) ? { amount: discount.amount, reason: discount.reason } : null,
  }
}

/** A sale under way is kept whole or not at all: half of one could not be repeated unchanged. */
function readAttempt(value: unknown): Attempt | null {
  const a = (value ?? {}) as Partial<Attempt>
  const body = a.body as Partial<Attempt['body']> | undefined
  const whole =
    isText(a.key) && isText(body?.store_id) && Array.isArray(body?.lines) && Array.isArray(body?.payments) &&
    isWhole(a.total, 0) && isWhole(a.change, 0)
  // It was on its way when the page was left: whether it arrived is not known.
  return whole ? { ...(a as Attempt), unsure: true } : null
}

function readLast(value: unknown): LastSale | null {
  const l = (value ?? {}) as Partial<LastSale>
  return isText(l.orderId) && isWhole(l.change, 0) ? { orderId: l.orderId, change: l.change } : null
}

/** Reads what was kept; whatever it is, something that can be worked with comes out. `key` is for a new bill. */
export function readKept(text: string | null, key: string): Kept {
  let value: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (parsed !== null && typeof parsed === 'object') value = parsed as Record<string, unknown>
  } catch {
    // What cannot be read is as good as nothing.
  }
  return { bill: readBill(value.bill, key), attempt: readAttempt(value.attempt), last: readLast(value.last) }
}
