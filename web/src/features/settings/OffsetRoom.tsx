import { Form, Switch } from 'antd'
import { useState } from 'react'
import type { PointsOffset } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { MoneyField, WholeField, formCss } from '@/shared/ui/fields'
import { Card, Properties } from '@/shared/ui/PageHead'
import { Points } from '@/shared/ui/values'
import { SettingForm } from './SettingForm'
import { stepIsWhole, usable } from './rules'
import css from './settings.module.css'
import { rooms, text } from './text'

interface Values extends PointsOffset {
  on: boolean
}

const usual = 50

/** What points are worth when they pay. */
export function OffsetRoom() {
  const t = useText(text)
  const r = useText(rooms)
  const w = useText(words)
  const required = { required: true, message: w('required') }
  return (
    <SettingForm<PointsOffset, Values>
      path="/settings/points-offset"
      title={t('offset')}
      line={r('offsetLine')}
      save={r('offsetSave')}
      saved={r('offsetSaved')}
      toForm={(setting) => ({ ...setting, on: setting.max_percent > 0, max_percent: setting.max_percent || usual })}
      toBody={({ on, points, amount, step, max_percent, min_points }) => ({ points, amount, step, max_percent: on ? max_percent : 0, min_points: min_points ?? 0 })}
      fields={(form, values) => (
        <>
          <div className={css.toggle}>
            <Form.Item name="on" valuePropName="checked" noStyle>
              <Switch aria-label={r('offsetOn')} />
            </Form.Item>
            <div>
              <p>{r('offsetOn')}</p>
              <p className={css.help}>{r('offsetOnHelp')}</p>
            </div>
          </div>
          {/* Turned off, the figures are kept for the day they are needed again. */}
          <div hidden={!values.on}>
            <Form.Item label={r('worth')} required>
              <div className={css.sentence}>
                <Form.Item name="points" noStyle rules={[required, { type: 'number', min: 1, message: t('least', { least: 1 }) }]}>
                  <WholeField label={r('worthPoints')} min={1} max={1_000_000} />
                </Form.Item>
                <span>{r('worthBetween')}</span>
                <Form.Item name="amount" noStyle rules={[required, { type: 'number', min: 1, message: t('positiveAmount') }]}>
                  <MoneyField label={r('worthAmount')} />
                </Form.Item>
              </div>
            </Form.Item>
            <Form.Item
              name="step"
              label={r('step')}
              extra={r('stepHelp')}
              rules={[
                required,
                {
                  validator: () => {
                    const now = form.getFieldsValue() as Partial<Values>
                    return stepIsWhole(now) ? Promise.resolve() : Promise.reject(new Error(r('stepNotWhole')))
                  },
                },
              ]}
            >
              <WholeField min={1} max={1_000_000} unit={r('pointsUnit')} />
            </Form.Item>
            <div className={formCss.row}>
              <Form.Item name="max_percent" label={r('percent')} extra={r('percentHelp')} rules={[required, { type: 'number', min: 1, message: t('least', { least: 1 }) }]}>
                <WholeField min={1} max={100} unit="%" />
              </Form.Item>
              <Form.Item name="min_points" label={r('minPoints')} extra={r('minPointsHelp')} rules={[required]}>
                <WholeField min={0} max={1_000_000} unit={r('pointsUnit')} />
              </Form.Item>
            </div>
          </div>
        </>
      )}
      aside={(values) => <Example offset={{ ...values, max_percent: values.on ? values.max_percent : 0 }} />}
    />
  )
}

function Example({ offset }: { offset: PointsOffset }) {
  const t = useText(text)
  const r = useText(rooms)
  const format = useFormat()
  const [points, setPoints] = useState<number | undefined>(2350)
  const [total, setTotal] = useState<number | undefined>(8800)
  const used = usable(offset, points ?? 0, total ?? 0)
  return (
    <Card title={t('example')}>
      <Form layout="vertical" component={false}>
        <div className={formCss.row}>
          <Form.Item label={r('samplePoints')} htmlFor="sample-points">
            <WholeField id="sample-points" min={0} max={1_000_000_000} value={points} onChange={setPoints} unit={r('pointsUnit')} />
          </Form.Item>
          <Form.Item label={r('sampleTotal')} htmlFor="sample-total">
            <MoneyField id="sample-total" value={total} onChange={setTotal} />
          </Form.Item>
        </div>
      </Form>
      <div className={css.outcome} aria-live="polite">
        <span>{r('exUsed')}</span>
        <strong>
          <Points amount={used.points} unit />
        </strong>
        <small>{r(`limit_${used.limit}`, { percent: offset.max_percent ?? 0, step: format.integer(offset.step ?? 0) })}</small>
      </div>
      <Properties
        items={[
          { label: r('exPays'), value: format.money(-used.amount) },
          { label: r('exRest'), value: <strong>{format.money((total ?? 0) - used.amount)}</strong> },
        ]}
      />
    </Card>
  )
}
