import { Form, Segmented, Select } from 'antd'
import type { FormInstance } from 'antd'
import type { EarningPolicy, Validity } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { DateField, MoneyField, WholeField, formCss } from '@/shared/ui/fields'
import { CategoryRates } from './CategoryRates'
import { EarningExample } from './EarningExample'
import { EarningVersions } from './EarningVersions'
import { SettingForm } from './SettingForm'
import { countsOf, plainValidity } from './rules'
import css from './settings.module.css'
import { SkusField } from './SkusField'
import { text } from './text'

/** What of the rule is typed. */
export type EarningValues = Required<Pick<EarningPolicy, 'points' | 'per_amount' | 'rounding' | 'validity' | 'pending_days' | 'categories' | 'excluded_skus'>>

const kinds: readonly { value: Validity['kind']; key: 'kindNever' | 'kindDays' | 'kindMonths' | 'kindMonthsEnd' | 'kindQuartersEnd' | 'kindYearsEnd' | 'kindDate' }[] = [
  { value: 'never', key: 'kindNever' },
  { value: 'days', key: 'kindDays' },
  { value: 'months', key: 'kindMonths' },
  { value: 'months_end', key: 'kindMonthsEnd' },
  { value: 'quarters_end', key: 'kindQuartersEnd' },
  { value: 'years_end', key: 'kindYearsEnd' },
  { value: 'date', key: 'kindDate' },
]

const countLabels = { days: 'nDays', months: 'nMonths', months_end: 'nMonthsEnd', quarters_end: 'nQuartersEnd', years_end: 'nYearsEnd' } as const

/** How purchases earn points. */
export function EarningRoom() {
  const t = useText(text)
  return (
    <>
      <SettingForm<EarningPolicy, EarningValues>
        path="/settings/earning"
        title={t('earning')}
        line={t('earningLine')}
        save={t('earningSave')}
        saved={t('earningSaved')}
        toForm={({ points, per_amount, rounding, validity, pending_days, categories, excluded_skus }) => ({
          points,
          per_amount,
          rounding,
          validity,
          pending_days,
          categories: categories ?? [],
          excluded_skus: excluded_skus ?? [],
        })}
        toBody={(values) => ({
          points: values.points,
          per_amount: values.per_amount,
          rounding: values.rounding,
          validity: plainValidity(values.validity),
          pending_days: values.pending_days ?? 0,
          categories: (values.categories ?? []).map((rate) => ({ category: rate?.category?.trim() ?? '', points: rate?.points, per_amount: rate?.per_amount })),
          excluded_skus: values.excluded_skus ?? [],
        })}
        fields={(form, values) => <Fields form={form} values={values} />}
        aside={(values) => <EarningExample values={values} />}
      />
      <EarningVersions />
    </>
  )
}

function Fields({ form, values }: { form: FormInstance<EarningValues>; values: EarningValues }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const required = { required: true, message: w('required') }
  const { kind } = values.validity
  const { counts, least } = countsOf(kind)
  return (
    <>
      <Form.Item label={t('rate')} extra={t('rateHelp')} required>
        <div className={css.sentence}>
          <span>{t('rateBefore')}</span>
          <Form.Item name="per_amount" noStyle rules={[required, { type: 'number', min: 1, message: t('positiveAmount') }]}>
            <MoneyField label={t('rateAmount')} />
          </Form.Item>
          <span>{t('rateBetween')}</span>
          <Form.Item name="points" noStyle rules={[required]}>
            <WholeField label={t('ratePoints')} min={0} max={1_000_000} />
          </Form.Item>
          <span>{t('rateAfter')}</span>
        </div>
      </Form.Item>
      <Form.Item name="rounding" label={t('rounding')}>
        <Segmented
          block
          options={(['down', 'half_up'] as const).map((value) => ({ value, label: t(value) }))}
        />
      </Form.Item>
      <div className={formCss.row}>
        <Form.Item name={['validity', 'kind']} label={t('validity')}>
          <Select
            options={kinds.map(({ value, key }) => ({ value, label: t(key) }))}
            onChange={(next: Validity['kind']) => {
              const now = form.getFieldValue(['validity', 'n']) as number | undefined
              if (countsOf(next).counts && now === undefined) form.setFieldValue(['validity', 'n'], next === 'days' ? 365 : next === 'months' ? 12 : 1)
            }}
          />
        </Form.Item>
        {counts && (
          <Form.Item
            name={['validity', 'n']}
            label={t(countLabels[kind as keyof typeof countLabels])}
            rules={[required, { type: 'number', min: least, message: t('least', { least }) }]}
          >
            <WholeField min={0} max={3660} />
          </Form.Item>
        )}
        {kind === 'date' && (
          <Form.Item name={['validity', 'date']} label={t('lastDay')} rules={[required]}>
            <DateField min={format.today()} />
          </Form.Item>
        )}
      </div>
      <Form.Item name="pending_days" label={t('pending')} extra={t('pendingHelp')} rules={[required]}>
        <WholeField min={0} max={365} unit={t('pendingUnit')} />
      </Form.Item>
      <CategoryRates />
      <Form.Item name="excluded_skus" label={t('excluded')} extra={t('excludedHelp')}>
        <SkusField />
      </Form.Item>
    </>
  )
}
