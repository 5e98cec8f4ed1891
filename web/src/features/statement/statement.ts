import type { StatementMonth } from '@/shared/api/typesReports'

/** Moves a YYYY-MM by months. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = year * 12 + number - 1 + months
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`
}

/** How many months a statement may show at once. */
export const lengths = [1, 3, 6, 12] as const

/** The months that the address asks for: the last one and how many, never beyond the current month. */
export function monthsOf(state: Readonly<Record<string, string>>, current: string): { from: string; to: string; length: number } {
  const asked = state.month ?? ''
  const to = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) && asked < current ? asked : current
  const length = lengths.find((one) => String(one) === state.months) ?? 1
  return { from: addMonths(to, 1 - length), to, length }
}

/** The sums of all months together. */
export function totalsOf(months: readonly StatementMonth[]) {
  const sum = (pick: (month: StatementMonth) => number) => months.reduce((all, month) => all + pick(month), 0)
  return {
    in: sum((m) => m.in_total),
    out: sum((m) => m.out_total),
    expired: sum((m) => m.expired),
    adjusted: sum((m) => m.adjusted),
    count: sum((m) => m.count),
  }
}

/** An amount that counts in 10^-scale, as people write it; with its sign when it is a change. */
export function amountOf(value: number, scale: number, changes = false): string {
  const figure = new Intl.NumberFormat('en-GB', { minimumFractionDigits: scale, maximumFractionDigits: scale }).format(Math.abs(value) / 10 ** scale)
  return (value < 0 ? '−' : changes && value > 0 ? '+' : '') + figure
}
