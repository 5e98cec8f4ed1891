import { useMemo } from 'react'
import { useSession } from '@/shared/session/session'
import { useLanguage } from '@/shared/text/text'
import * as format from './format'

/** The formats with the merchant's currency and time zone and the chosen language filled in. */
export function useFormat() {
  const { me } = useSession()
  const language = useLanguage()
  const { currency, timezone } = me.merchant
  return useMemo(
    () => ({
      currency,
      zone: timezone,
      money: (amount: number) => format.money(amount, currency),
      moneyShort: (amount: number) => format.moneyShort(amount, currency, language),
      short: (value: number) => format.short(value, language),
      points: (value: number) => format.points(value, language),
      integer: format.integer,
      signed: format.signed,
      percent: format.percent,
      day: (at: string | null | undefined) => format.instant(at, timezone, 'day'),
      minute: (at: string | null | undefined) => format.instant(at, timezone, 'minute'),
      second: (at: string | null | undefined) => format.instant(at, timezone, 'second'),
      time: (at: string | null | undefined) => format.instant(at, timezone, 'time'),
      lastDay: (end: string | null | undefined) => format.lastDay(end, timezone),
      today: () => format.today(timezone),
    }),
    [currency, timezone, language],
  )
}
