import type { Language } from '@/shared/text/text'

/** A true minus sign; the hyphen of the keyboard is narrower than a digit. */
const minus = '−'

const tag = (language: Language) => (language === 'en' ? 'en-GB' : 'zh-CN')

/** How many decimals the currency has: 2 for CNY, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return numberFormat('en-GB', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options)
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    formats.set(key, format)
  }
  return format
}

/** The sign of a currency as people write it: ¥, £, $. */
export function currencySign(currency: string): string {
  const parts = numberFormat(currency === 'CNY' ? 'zh-CN' : 'en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0)
  return parts.find((part) => part.type === 'currency')?.value ?? currency
}

/** 123450 is ¥1,234.50; −990 is −¥9.90. `amount` is in the smallest unit. */
export function money(amount: number, currency: string): string {
  const digits = currencyDigits(currency)
  const figure = numberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    Math.abs(amount) / 10 ** digits,
  )
  return (amount < 0 ? minus : '') + currencySign(currency) + figure
}

/** Money on an axis, where room is short: ¥1.2万, ¥12k. */
export function moneyShort(amount: number, currency: string, language: Language): string {
  const whole = amount / 10 ** currencyDigits(currency)
  return (whole < 0 ? minus : '') + currencySign(currency) + short(Math.abs(whole), language)
}

/** A number on an axis: 1.2万 in Chinese, 12k in English. */
export function short(value: number, language: Language): string {
  return numberFormat(tag(language), { notation: 'compact', maximumFractionDigits: 1 }).format(value).replace('-', minus)
}

/** 1234 is 1,234; −5 is −5 with a true minus sign. */
export function integer(value: number): string {
  return (value < 0 ? minus : '') + numberFormat('en-GB', { maximumFractionDigits: 0 }).format(Math.abs(value))
}

/** 120 is +120, −120 is −120, 0 is 0. */
export function signed(value: number): string {
  return (value > 0 ? '+' : '') + integer(value)
}

/** 1234 is 1,234 分, in English 1,234 pts. */
export function points(value: number, language: Language): string {
  return integer(value) + (language === 'en' ? ' pts' : ' 分')
}

/** 0.256 is 25.6%. */
export function percent(ratio: number): string {
  const rounded = Math.round(Math.abs(ratio) * 1000) / 10
  return (ratio < 0 && rounded !== 0 ? minus : '') + rounded + '%'
}

/** Basis points as a rate: 1300 is 13%. */
export function basisPoints(value: number): string {
  return percent(value / 10_000)
}

type Detail = 'day' | 'minute' | 'second' | 'time'

const dates = new Map<string, Intl.DateTimeFormat>()

/** An instant in the merchant's time zone, as in 2026-01-31 14:05; '' for none. */
export function instant(at: string | null | undefined, zone: string, detail: Detail = 'minute'): string {
  if (!at) return ''
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return ''
  let format = dates.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone || undefined,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    dates.set(zone, format)
  }
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]))
  const day = `${part.year}-${part.month}-${part.day}`
  const minute = `${part.hour}:${part.minute}`
  if (detail === 'day') return day
  if (detail === 'time') return minute
  return detail === 'minute' ? `${day} ${minute}` : `${day} ${minute}:${part.second}`
}

/**
 * The last day on which something that ends at this instant is still good: value
 * ends at a midnight, and the day before it is the one that people know.
 */
export function lastDay(end: string | null | undefined, zone: string): string {
  if (!end) return ''
  const time = new Date(end).getTime()
  return Number.isNaN(time) ? '' : instant(new Date(time - 1).toISOString(), zone, 'day')
}

/** Today's date in the merchant's time zone. */
export function today(zone: string, now = new Date()): string {
  return instant(now.toISOString(), zone, 'day')
}

/** Moves a YYYY-MM-DD by days. */
export function addDays(day: string, days: number): string {
  const time = new Date(day + 'T00:00:00Z')
  time.setUTCDate(time.getUTCDate() + days)
  return time.toISOString().slice(0, 10)
}

/** The instant at which a day of the zone ends, as the API takes it: the day after begins there. */
export function dayEnd(day: string, zone: string): string {
  const next = addDays(day, 1)
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date(next + 'T00:00:00Z'))
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value.replace('GMT', '') || '+00:00'
  return `${next}T00:00:00${offset}`
}

/** Reads what a person typed as money, as in "1,234.5", into the smallest unit; null when it is none. */
export function parseMoney(typed: string, currency: string): number | null {
  const plain = typed.replace(/[,\s]/g, '').replace(minus, '-')
  const digits = currencyDigits(currency)
  const match = /^(-?)(\d{0,12})(?:\.(\d*))?$/.exec(plain)
  if (!match || (match[2] === '' && !match[3])) return null
  const fraction = match[3] ?? ''
  if (fraction.length > digits) return null
  const value = Number((match[2] || '0') + fraction.padEnd(digits, '0'))
  return match[1] ? -value : value
}

/** The plain figure of an amount for a field: 123450 is 1234.50. */
export function moneyFigure(amount: number, currency: string): string {
  return (amount / 10 ** currencyDigits(currency)).toFixed(currencyDigits(currency))
}
