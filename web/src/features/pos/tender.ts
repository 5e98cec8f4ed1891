import type { Tender } from '@/shared/api/types'

/** One part of what is paid. */
export interface Part {
  method: Tender
  amount: number
  /** The cash that was handed over for it, when somebody said. */
  tendered?: number
}

/** The means of payment, in the order of their keys. */
export const methods: readonly Tender[] = ['cash', 'card', 'other']

/** The most parts that an order can be paid in. */
export const mostParts = 10

/** More change than this, in the smallest unit, is no money but a slip: the server refuses it, too. */
export const mostChange = 10_000_000

/** What is left to pay after the parts. */
export function leftOf(total: number, parts: readonly Part[]): number {
  return total - parts.reduce((sum, p) => sum + p.amount, 0)
}

/**
 * What a given amount does: how much of it pays, what is given back, and what is
 * left afterwards. Only cash may be more than what is left. `tendered` is the cash
 * that somebody typed; nothing typed says nothing about what was handed over.
 */
export type Offer =
  | { applied: number; change: number; left: number; tendered?: number }
  | { fault: 'none' | 'tooMuch' | 'tooMuchCash' | 'tooMany' }

/** Judges an amount that was given by some means; null (nothing typed) means exactly what is left. */
export function offer(method: Tender, given: number | null, left: number, partsSoFar = 0): Offer {
  const amount = given ?? left
  if (amount <= 0) return { fault: 'none' }
  if (method !== 'cash' && amount > left) return { fault: 'tooMuch' }
  const applied = Math.min(amount, left)
  if (applied < left && partsSoFar >= mostParts - 1) return { fault: 'tooMany' }
  const change = amount - applied
  if (change > mostChange) return { fault: 'tooMuchCash' }
  return { applied, change, left: left - applied, ...(method === 'cash' && given !== null && { tendered: given }) }
}

/** The part that an offer pays. */
export function partOf(method: Tender, made: { applied: number; tendered?: number }): Part {
  return { method, amount: made.applied, ...(made.tendered !== undefined && { tendered: made.tendered }) }
}

/** The steps in which people hand over money, in whole units of a currency with and without decimals. */
const steps = { withDecimals: [5, 10, 20, 50, 100], without: [100, 500, 1000, 5000, 10_000] } as const

/**
 * The amounts that people are likely to hand over, above what is left, smallest
 * first: the next multiple of each note.
 */
export function quickAmounts(left: number, digits: number, most = 4): number[] {
  if (left <= 0) return []
  const notes = (digits === 0 ? steps.without : steps.withDecimals).map((note) => note * 10 ** digits)
  const found = new Set<number>()
  for (const note of notes) found.add(Math.ceil(left / note) * note)
  const largest = notes.at(-1) ?? 1
  found.add((Math.floor(left / largest) + 1) * largest)
  found.delete(left)
  return [...found].toSorted((a, b) => a - b).slice(0, most)
}

/** Adds a key of the number pad to what is typed; what would be no amount is not taken. */
export function typed(before: string, key: string, digits: number): string {
  if (key === 'back') return before.slice(0, -1)
  if (key === 'clear') return ''
  if (key === '.') return digits === 0 || before.includes('.') ? before : (before || '0') + '.'
  const next = before === '0' && key !== '.' ? key.replace(/^0+(?=\d)/, '') : before + key
  const [whole = '', fraction = ''] = next.split('.')
  return whole.length > 8 || fraction.length > digits ? before : next
}
