import { Form, Select } from 'antd'
import { useState } from 'react'
import { addDays } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { MoneyField } from '@/shared/ui/fields'
import { Card, Properties } from '@/shared/ui/PageHead'
import { Points } from '@/shared/ui/values'
import type { EarningValues } from './EarningRoom'
import { earned, plainValidity, rateOf, validUntil } from './rules'
import css from './settings.module.css'
import { text } from './text'

/** What one order would earn by the rule as it is typed. */
export function EarningExample({ values }: { values: EarningValues }) {
  const t = useText(text)
  const format = useFormat()
  const [amount, setAmount] = useState<number | undefined>(12_850)
  const [category, setCategory] = useState('')
  const known = (values.categories ?? []).map((rate) => rate?.category?.trim() ?? '').filter(Boolean)
  const chosen = known.includes(category) ? category : ''
  const rate = rateOf(values, chosen)
  const { points, exact } = earned(amount ?? 0, rate, values.rounding)
  const today = format.today()
  const from = addDays(today, values.pending_days ?? 0)
  const until = validUntil(plainValidity(values.validity), from)
  const over = until !== null && until < from
  return (
    <Card title={t('example')}>
      <Form layout="vertical" component={false}>
        <Form.Item label={t('sampleAmount')} htmlFor="sample-amount">
          <MoneyField id="sample-amount" value={amount} onChange={setAmount} />
        </Form.Item>
        {known.length > 0 && (
          <Form.Item label={t('sampleCategory')} htmlFor="sample-category">
            <Select
              id="sample-category"
              value={chosen}
              onChange={setCategory}
              options={[{ value: '', label: t('sampleOther') }, ...known.map((name) => ({ value: name, label: name }))]}
            />
          </Form.Item>
        )}
      </Form>
      <div className={css.outcome} aria-live="polite">
        <span>{t('exEarned')}</span>
        <strong>
          <Points amount={over ? 0 : points} unit />
        </strong>
        <small>
          {over
            ? t('exOver')
            : rate.points > 0
              ? t('exWorked', {
                  money: format.money(amount ?? 0),
                  points: format.integer(rate.points),
                  per: format.money(rate.per_amount ?? 0),
                  exact: String(Math.round(exact * 1000) / 1000),
                  rounding: t(values.rounding === 'down' ? 'wasDown' : 'wasHalfUp'),
                })
              : t('exNothing')}
        </small>
      </div>
      {!over && (
        <Properties
          items={[
            { label: t('exEarnedOn'), value: t('exToday', { day: today }) },
            { label: t('exFrom'), value: from === today ? t('exToday', { day: today }) : from },
            { label: t('exUntil'), value: until === null ? t('forever') : t('endOfDay', { day: until }) },
          ]}
        />
      )}
    </Card>
  )
}
