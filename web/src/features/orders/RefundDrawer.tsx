import { Form, Input, Segmented } from 'antd'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { Order, RefundAnswer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { MoneyField } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Suggestions } from '@/shared/ui/Suggestions'
import { useTell } from '@/shared/ui/tell'
import { everything, moneyLeft, refundBody, unitsLeft, type RefundMode } from './order'
import { RefundLines } from './RefundLines'
import { RefundPreview } from './RefundPreview'
import { text } from './text'
import { useRefundQuote } from './useRefundQuote'

interface Values {
  mode: RefundMode
  quantities: Record<string, number>
  amount?: number
  reason: string
}

const reasons = ['reasonChanged', 'reasonFaulty', 'reasonWrong', 'reasonPrice'] as const

/** Gives an order back, whole or in part; all that it does to money and points stands above the button. */
export function RefundDrawer({ order, open, close }: { order: Order; open: boolean; close: () => void }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  const [form] = Form.useForm<Values>()
  const values = Form.useWatch([], form) as Partial<Values> | undefined
  const units = unitsLeft(order)
  const money = moneyLeft(order)
  const modes: RefundMode[] = [...(units > 0 ? (['lines'] as const) : []), 'rest', ...(money > 0 ? (['amount'] as const) : [])]
  const mode = values?.mode ?? modes[0] ?? 'rest'
  const choice = { mode, quantities: values?.quantities ?? {}, amount: values?.amount }
  const { answer, problem, fresh } = useRefundQuote(order.id, open ? refundBody(order, choice, t('previewReason')) : null, open)

  const submit = async (v: Values, key: string) => {
    const body = refundBody(order, v, v.reason.trim())
    if (body === null) return
    const done = await call<RefundAnswer>('POST', '/orders/{id}/refunds', { path: { id: order.id }, body, key })
    await drop(['/orders', '/members', '/ledger', '/reports'])
    tell.done(t('refundDone', { money: format.money(done.amount) }))
  }
  return (
    <FormDrawer<Values>
      open={open}
      close={close}
      form={form}
      size={720}
      title={t('refundTitle')}
      line={t('refundLine')}
      danger
      act={answer && fresh ? t('actRefund', { money: format.money(answer.amount) }) : t('actNone')}
      blocked={!fresh}
      initial={{ mode: modes[0], quantities: units === 1 ? everything(order.lines) : {} }}
      submit={submit}
    >
      <Form.Item name="mode" label={t('mode')}>
        <Segmented block options={modes.map((value) => ({ value, label: t(value === 'lines' ? 'modeLines' : value === 'rest' ? 'modeRest' : 'modeAmount') }))} />
      </Form.Item>
      {/* The choice stays while another way is looked at. */}
      <Form.Item name="quantities" hidden={mode !== 'lines'}>
        <RefundLines lines={order.lines} />
      </Form.Item>
      {mode === 'rest' && (
        <Form.Item>
          <p>{t('restLine', { units: format.integer(units), money: format.money(money) })}</p>
        </Form.Item>
      )}
      {mode === 'amount' && (
        <Form.Item
          name="amount"
          label={t('refundAmount')}
          extra={t('refundAmountHelp', { money: format.money(money) })}
          rules={[{ required: true, message: w('required') }, { type: 'number', max: money, message: t('refundTooMuch', { money: format.money(money) }) }]}
        >
          <MoneyField />
        </Form.Item>
      )}
      <Form.Item name="reason" label={t('reason')} extra={t('reasonHelp')} rules={[{ required: true, whitespace: true, message: w('required') }]}>
        <Input.TextArea maxLength={200} rows={2} />
      </Form.Item>
      <Suggestions items={reasons.map((reason) => t(reason))} choose={(reason) => form.setFieldValue('reason', reason)} />
      <RefundPreview order={order} answer={answer} problem={problem} fresh={fresh} />
    </FormDrawer>
  )
}
