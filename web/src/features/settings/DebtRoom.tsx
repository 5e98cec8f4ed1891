import { Form, Radio } from 'antd'
import { useApi } from '@/shared/api/query'
import type { DebtPolicy, PointsOffset } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { WholeField } from '@/shared/ui/fields'
import { Chip } from '@/shared/ui/values'
import { SettingForm } from './SettingForm'
import { debtExample } from './rules'
import css from './settings.module.css'
import { rooms, text } from './text'

const choices = ['negative', 'forgive', 'refuse'] as const

/** The figures of the example: a purchase of 200.00 at a point a yuan, of which 150 were spent. */
const sample = { money: 20_000, earned: 200, spent: 150 }

/** What a refund does when points of the order were spent. */
export function DebtRoom() {
  const t = useText(text)
  const r = useText(rooms)
  const w = useText(words)
  const format = useFormat()
  const offset = useApi<PointsOffset>('/settings/points-offset')
  const worth = offset.data && offset.data.points > 0 ? Math.round((sample.spent * offset.data.amount) / offset.data.points) : sample.spent
  const lines = {
    negative: () => {
      const { balance, debt } = debtExample('negative', sample.earned, sample.spent)
      return r('negativeLine', { balance: format.integer(balance), debt })
    },
    forgive: () => {
      const { forgiven } = debtExample('forgive', sample.earned, sample.spent)
      return r('forgiveLine', { left: sample.earned - sample.spent, forgiven, money: format.money(worth) })
    },
    refuse: () => r('refuseLine', { debt: sample.spent }),
  }
  return (
    <SettingForm<DebtPolicy, DebtPolicy>
      path="/settings/debt"
      title={t('debt')}
      line={r('debtLine')}
      save={r('debtSave')}
      saved={r('debtSaved')}
      toForm={(setting) => ({ ...setting })}
      toBody={({ points, reinstatement_grace_days }) => ({ points, reinstatement_grace_days: reinstatement_grace_days ?? 0 })}
      fields={() => (
        <>
          <p className={css.case}>
            {r('debtCase', { money: format.money(sample.money), earned: sample.earned, spent: sample.spent, left: sample.earned - sample.spent })}
          </p>
          <Form.Item name="points">
            <Radio.Group className={css.choices}>
              {choices.map((choice) => (
                <Radio key={choice} value={choice} className={css.choice}>
                  <strong>
                    {r(choice)}
                    {choice === 'negative' && (
                      <span className={css.tag}>
                        <Chip tone="jade">{r('recommended')}</Chip>
                      </span>
                    )}
                  </strong>
                  <small>{lines[choice]()}</small>
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
          <Form.Item name="reinstatement_grace_days" label={r('grace')} extra={r('graceHelp')} rules={[{ required: true, message: w('required') }]}>
            <WholeField min={0} max={365} unit={r('daysUnit')} />
          </Form.Item>
        </>
      )}
    />
  )
}
