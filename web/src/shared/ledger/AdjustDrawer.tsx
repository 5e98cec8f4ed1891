import { Form, Input, Segmented } from 'antd'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Account, List, Posting } from '@/shared/api/types'
import { dayEnd, today } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { MemberPicker } from '@/shared/member/MemberPicker'
import { useText } from '@/shared/text/text'
import { DateField, WholeField } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { Suggestions } from '@/shared/ui/Suggestions'
import { useTell } from '@/shared/ui/tell'
import css from './ledger.module.css'
import { text } from './text'

interface Values {
  member_id: string
  direction: 'add' | 'deduct'
  amount: number
  reason: string
  expiry: 'rule' | 'date'
  expires_at?: string
}

const reasons = ['reasonService', 'reasonMissed', 'reasonBirthday', 'reasonEvent', 'reasonMistake'] as const

/** Adds or deducts points by hand: for whom, how many, why, and what the balance will be. */
export function AdjustDrawer({ open, close, memberId }: { open: boolean; close: () => void; memberId?: string }) {
  const t = useText(text)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  const [form] = Form.useForm<Values>()
  const values = Form.useWatch([], form) as Partial<Values> | undefined
  const member = values?.member_id ?? memberId
  const amount = values?.amount ?? 0
  const adding = values?.direction !== 'deduct'
  const accounts = useApi<List<Account>>('/members/{id}/accounts', { path: { id: member ?? '' } }, { enabled: open && Boolean(member) })
  const account = accounts.data?.items.find((item) => item.asset === 'points')
  const lacking = !adding && account !== undefined && amount > account.available

  const submit = async (v: Values, key: string) => {
    const booked = await call<Posting>('POST', '/ledger/adjust', {
      key,
      body: {
        member_id: v.member_id,
        amount: v.direction === 'deduct' ? -v.amount : v.amount,
        reason: v.reason.trim(),
        ...(v.direction === 'add' && v.expiry === 'date' && v.expires_at ? { expires_at: dayEnd(v.expires_at, format.zone) } : {}),
      },
    })
    await drop(['/ledger', '/members/{id}', '/reports'])
    tell.done(t('adjusted', { points: format.integer(booked.balance_after) }))
  }
  return (
    <FormDrawer<Values>
      open={open}
      close={close}
      form={form}
      title={t('adjustTitle')}
      line={t('adjustLine')}
      initial={{ direction: 'add', expiry: 'rule', member_id: memberId }}
      act={(v) => (v.amount ? t(v.direction === 'deduct' ? 'actDeduct' : 'actAdd', { points: format.integer(v.amount) }) : t('act'))}
      danger={!adding}
      blocked={lacking}
      submit={submit}
    >
      <Form.Item name="member_id" label={t('member')} rules={[{ required: true }]}>
        <MemberPicker disabled={memberId !== undefined} />
      </Form.Item>
      <Form.Item name="direction" label={t('direction')}>
        <Segmented block options={[{ value: 'add', label: t('add') }, { value: 'deduct', label: t('deduct') }]} />
      </Form.Item>
      <Form.Item name="amount" label={t('amount')} rules={[{ required: true }, { type: 'integer', min: 1, message: t('amountHelp') }]}>
        <WholeField min={0} max={1_000_000_000} />
      </Form.Item>
      <Form.Item name="reason" label={t('reason')} extra={t('reasonHelp')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea maxLength={200} rows={2} />
      </Form.Item>
      <Suggestions items={reasons.map((reason) => t(reason))} choose={(reason) => form.setFieldValue('reason', reason)} />
      {adding && (
        <Form.Item name="expiry" label={t('expiry')}>
          <Segmented block options={[{ value: 'rule', label: t('expiryRule') }, { value: 'date', label: t('expiryDate') }]} />
        </Form.Item>
      )}
      {adding && values?.expiry === 'date' && (
        <Form.Item name="expires_at" label={t('expiryOn')} rules={[{ required: true }]}>
          <DateField min={today(format.zone)} />
        </Form.Item>
      )}
      {account && (
        <Preview before={account.balance} change={adding ? amount : -amount}>
          {lacking && (
            <Notice tone="red">{t('notEnough', { available: format.integer(account.available), amount: format.integer(amount) })}</Notice>
          )}
        </Preview>
      )}
    </FormDrawer>
  )
}

function Preview({ before, change, children }: { before: number; change: number; children: React.ReactNode }) {
  const t = useText(text)
  const format = useFormat()
  return (
    <div className={css.preview} aria-live="polite" aria-label={t('preview')}>
      <dl className={css.sum}>
        <div>
          <dt>{t('before')}</dt>
          <dd>{format.integer(before)}</dd>
        </div>
        <div>
          <dt>{t('change')}</dt>
          <dd>{format.signed(change)}</dd>
        </div>
        <div>
          <dt>{t('after')}</dt>
          <dd className={css.total}>{format.integer(before + change)}</dd>
        </div>
      </dl>
      {children}
    </div>
  )
}
