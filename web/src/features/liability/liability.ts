import type { MonthDues, ProgrammeMonth } from '@/shared/api/typesReports'

/** How many months a chart shows by themselves; those after are one. */
export const monthsShown = 18

/** A column of the chart by expiry: a month, all later ones, or what never ends. */
export interface Column {
  kind: 'month' | 'later' | 'never'
  month: string
  units: number
  available: number
  pending: number
  held: number
  amount: number | null
}

/** The months as the chart draws them: a few by themselves, the later ones together, never last. */
export function columnsOf(months: readonly MonthDues[], shown = monthsShown): Column[] {
  const dated = months.filter((m) => m.month !== null)
  const columns: Column[] = dated.slice(0, shown).map((m) => ({ ...m, kind: 'month', month: m.month ?? '' }))
  const later = dated.slice(shown)
  if (later.length > 0) {
    const sum = (pick: (m: MonthDues) => number) => later.reduce((all, m) => all + pick(m), 0)
    columns.push({
      kind: 'later',
      month: later[0]?.month ?? '',
      units: sum((m) => m.units),
      available: sum((m) => m.available),
      pending: sum((m) => m.pending),
      held: sum((m) => m.held),
      amount: later.some((m) => m.amount === null) ? null : sum((m) => m.amount ?? 0),
    })
  }
  for (const m of months) if (m.month === null) columns.push({ ...m, kind: 'never', month: '' })
  return columns
}

/** What a programme account received in a month, signed as members see it: above zero came to them. */
export function toMembers(month: ProgrammeMonth, accounts: readonly string[]): number {
  const sum = month.accounts.reduce((all, one) => (accounts.includes(one.account) ? all - one.sum : all), 0)
  return sum === 0 ? 0 : sum
}

/** The months since there was anything; at least the last. */
export function begun(months: readonly ProgrammeMonth[]): readonly ProgrammeMonth[] {
  const first = months.findIndex((month) => month.opening !== 0 || month.accounts.length > 0)
  return first < 0 ? months.slice(-1) : months.slice(Math.min(first, months.length - 1))
}

/** The groups in which the programme accounts are shown. */
export const groups = {
  issued: ['issued', 'opening'],
  redeemed: ['redeemed'],
  expired: ['expired'],
} as const

/** Everything that is in none of the groups. */
export function others(month: ProgrammeMonth): number {
  const named: readonly string[] = Object.values(groups).flat()
  return toMembers(month, month.accounts.map((one) => one.account).filter((name) => !named.includes(name)))
}

/** An amount that counts in 10^-scale, as people write it. */
export function unitsOf(value: number, scale: number): string {
  const figure = new Intl.NumberFormat('en-GB', { minimumFractionDigits: scale, maximumFractionDigits: scale }).format(Math.abs(value) / 10 ** scale)
  return (value < 0 ? '−' : '') + figure
}
