import type { EarningPolicy, PointsOffset, Validity } from '@/shared/api/types'
import { addDays } from '@/shared/format/format'

/** What an amount of money earns by a rate; points and amounts in their smallest unit. */
export interface Rate {
  points: number
  per_amount: number
}

/** The rate that holds for a category: its own, or the base rate. */
export function rateOf(policy: Pick<EarningPolicy, 'points' | 'per_amount' | 'categories'>, category: string): Rate {
  const own = policy.categories?.find((rate) => category !== '' && rate.category?.trim().toLowerCase() === category.trim().toLowerCase())
  return own ?? policy
}

/** The points for an amount, rounded as the rule says. `exact` is the figure before rounding. */
export function earned(amount: number, rate: Rate, rounding: EarningPolicy['rounding']): { points: number; exact: number } {
  if (!(rate.per_amount > 0) || !(rate.points >= 0) || !(amount >= 0)) return { points: 0, exact: 0 }
  // Whole numbers only: a product of two of them is exact far beyond any bill.
  const product = amount * rate.points
  const rest = product % rate.per_amount
  const down = (product - rest) / rate.per_amount
  const points = rounding === 'half_up' && rest * 2 >= rate.per_amount ? down + 1 : down
  return { points, exact: product / rate.per_amount }
}

const parts = (day: string) => day.split('-').map(Number) as [number, number, number]
const two = (n: number) => String(n).padStart(2, '0')
const lastOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Moves a YYYY-MM-DD by months and stays inside the month it lands in. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = parts(day)
  const index = year * 12 + month - 1 + months
  const y = Math.floor(index / 12)
  const m = (index % 12) + 1
  return `${y}-${two(m)}-${two(Math.min(date, lastOf(y, m)))}`
}

function endOfMonth(day: string): string {
  const [year, month] = parts(day)
  return `${year}-${two(month)}-${two(lastOf(year, month))}`
}

/** The last day on which points are still good that became usable on a day; null for ever. */
export function validUntil(validity: Validity, from: string): string | null {
  const n = validity.n ?? 0
  const [year, month] = parts(from)
  switch (validity.kind) {
    case 'days':
      return addDays(from, n)
    case 'months':
      return addMonths(from, n)
    case 'months_end':
      return endOfMonth(addMonths(`${year}-${two(month)}-01`, n))
    case 'quarters_end':
      return endOfMonth(addMonths(`${year}-${two(Math.floor((month - 1) / 3) * 3 + 1)}-01`, 3 * n + 2))
    case 'years_end':
      return `${year + n}-12-31`
    case 'date':
      return validity.date || null
    default:
      return null
  }
}

/** Whether the kind of validity counts something, and whether it may count none. */
export function countsOf(kind: Validity['kind']): { counts: boolean; least: number } {
  if (kind === 'never' || kind === 'date') return { counts: false, least: 0 }
  return { counts: true, least: kind === 'days' || kind === 'months' ? 1 : 0 }
}

/** The validity without what its kind does not have. */
export function plainValidity(validity: Validity): Validity {
  if (validity.kind === 'date') return { kind: 'date', date: validity.date }
  return countsOf(validity.kind).counts ? { kind: validity.kind, n: validity.n ?? 0 } : { kind: validity.kind }
}

/** The key and the values of the sentence that says how long points live. */
export function validitySentence(validity: Validity): { key: 'never' | 'days' | 'months' | 'months_end' | 'months_end0' | 'quarters_end' | 'quarters_end0' | 'years_end' | 'years_end0' | 'date'; values: Record<string, string | number> } {
  const n = validity.n ?? 0
  switch (validity.kind) {
    case 'never':
      return { key: 'never', values: {} }
    case 'date':
      return { key: 'date', values: { date: validity.date ?? '' } }
    case 'days':
    case 'months':
      return { key: validity.kind, values: { count: n } }
    default:
      return n === 0 ? { key: `${validity.kind}0`, values: {} } : { key: validity.kind, values: { count: n } }
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

/** The smallest number of points that is both a multiple of the step and worth whole units of money. */
export function wholeStep(offset: Pick<PointsOffset, 'points' | 'amount' | 'step'>): number {
  const whole = offset.points / divisor(offset.points, offset.amount)
  const asked = Math.max(offset.step, 1)
  return (asked / divisor(asked, whole)) * whole
}

export type Limit = 'off' | 'hand' | 'percent' | 'whole' | 'step' | 'least'

/** How many of the points at hand can pay for an order, what they are worth, and what limits them. */
export function usable(offset: PointsOffset, available: number, total: number): { points: number; amount: number; limit: Limit } {
  const none = (limit: Limit) => ({ points: 0, amount: 0, limit })
  if (!(offset.points > 0) || !(offset.amount > 0) || !(offset.max_percent > 0)) return none('off')
  const step = wholeStep(offset)
  const share = Math.floor((total * Math.min(offset.max_percent, 100)) / 100)
  const byMoney = Math.floor((share * offset.points) / offset.amount / step) * step
  const byHand = Math.floor(available / step) * step
  const points = Math.min(byMoney, byHand)
  if (points === 0 || points < offset.min_points) return none('least')
  const amount = (points * offset.amount) / offset.points
  if (byMoney <= byHand) return { points, amount, limit: offset.max_percent >= 100 ? 'whole' : 'percent' }
  return { points, amount, limit: byHand < available ? 'step' : 'hand' }
}

/** Whether a step of points is worth a whole number of the smallest unit of money. */
export function stepIsWhole(offset: Partial<PointsOffset>): boolean {
  const { points = 0, amount = 0, step = 0 } = offset
  return points > 0 && (step * amount) % points === 0
}

/** What a refund does when the member has spent points of the order, by each of the policies. */
export function debtExample(policy: 'negative' | 'forgive' | 'refuse', earnedPoints: number, spent: number): { refunded: boolean; balance: number; debt: number; forgiven: number } {
  const held = earnedPoints - spent
  if (policy === 'refuse') return { refunded: false, balance: held, debt: 0, forgiven: 0 }
  if (policy === 'forgive') return { refunded: true, balance: 0, debt: 0, forgiven: spent }
  return { refunded: true, balance: held - earnedPoints, debt: spent, forgiven: 0 }
}
