import type { Liability } from '@/shared/api/typesReports'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { Card } from '@/shared/ui/PageHead'
import css from './liability.module.css'
import { text } from './text'

/** How the price of a sale divides between revenue and liability, by the merchant's own rates. */
export function Revenue({ liability }: { liability: Liability }) {
  const t = useText(text)
  const format = useFormat()
  const { example, usage } = liability
  if (!example) return null
  const expected = format.money(Math.round((example.value * example.rate) / 10_000))
  const rows = [
    [t('sale'), format.money(example.sale)],
    [t('given', { points: format.integer(example.points) }), format.money(example.value)],
    [t('used'), format.percent(example.rate / 10_000)],
  ] as const
  return (
    <Card title={t('revenue')} line={t('revenueLine')}>
      <div className={css.revenue}>
        <dl className={css.sum}>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <dl className={css.halves}>
          <div style={{ flexGrow: example.revenue / example.sale }}>
            <dt>{t('asRevenue')}</dt>
            <dd>{format.money(example.revenue)}</dd>
          </div>
          <div className={css.owed} style={{ flexGrow: example.liability / example.sale }}>
            <dt>{t('asLiability')}</dt>
            <dd>{format.money(example.liability)}</dd>
          </div>
        </dl>
        <div className={css.how}>
          <p>{t('revenueHow', { sale: format.money(example.sale), expected })}</p>
          <p>
            {usage.rate === null
              ? t('rateNone')
              : t('rateOwn', { redeemed: format.integer(usage.redeemed), expired: format.integer(usage.expired) })}{' '}
            {t('revenueNote')}
          </p>
        </div>
      </div>
    </Card>
  )
}
