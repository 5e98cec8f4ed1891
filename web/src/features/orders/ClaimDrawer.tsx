import { Form } from 'antd'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Order, ReceiptSetting } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { MemberPicker } from '@/shared/member/MemberPicker'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { Properties } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import css from './orders.module.css'
import { text } from './text'

interface Values {
  member_id: string
}

/** Gives the order of a walk-in to a member who shows the receipt. */
export function ClaimDrawer({ order, open, close }: { order: Order; open: boolean; close: () => void }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const { can } = useSession()
  const drop = useDrop()
  const tell = useTell()
  const receipt = useApi<ReceiptSetting>('/settings/receipt', {}, { enabled: open && can('setting.read') })
  const days = receipt.data?.claim_days
  const submit = async (values: Values, key: string) => {
    const claimed = await call<Order>('POST', '/orders/claim', { key, body: { receipt_number: order.number, member_id: values.member_id } })
    await drop(['/orders', '/members', '/ledger', '/reports'])
    tell.done(t('claimDone', { points: format.integer(claimed.points_earned) }))
  }
  return (
    <FormDrawer<Values>
      open={open}
      close={close}
      title={t('claimTitle')}
      line={t('claimLine')}
      act={t('claimAct', { number: order.number })}
      blocked={days === 0}
      submit={submit}
    >
      <div className={css.claimOrder}>
        <Properties
          items={[
            { label: t('claimOrder'), value: order.number },
            { label: t('when'), value: format.minute(order.occurred_at) },
            { label: t('total'), value: format.money(order.total) },
            ...(order.refunded > 0 ? [{ label: t('refundedMoney'), value: format.money(-order.refunded) }] : []),
          ]}
        />
      </div>
      <Form.Item
        name="member_id"
        label={t('member')}
        extra={days !== undefined && days > 0 ? t('claimWithin', { count: days }) : undefined}
        rules={[{ required: true, message: w('required') }]}
      >
        <MemberPicker autoFocus />
      </Form.Item>
      {days === 0 && <Notice tone="amber">{t('claimNever')}</Notice>}
    </FormDrawer>
  )
}
