import { Form, Input } from 'antd'
import { useState } from 'react'
import type { Receipt, ReceiptSetting } from '@/shared/api/types'
import { ReceiptPaper } from '@/shared/receipt/ReceiptPaper'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { WholeField } from '@/shared/ui/fields'
import { Card } from '@/shared/ui/PageHead'
import { SettingForm } from './SettingForm'
import css from './settings.module.css'
import { rooms, text } from './text'

/** What receipts say, and how long they can be claimed with. */
export function ReceiptRoom() {
  const t = useText(text)
  const r = useText(rooms)
  const w = useText(words)
  return (
    <SettingForm<ReceiptSetting, ReceiptSetting>
      path="/settings/receipt"
      title={t('receipt')}
      line={r('receiptLine')}
      save={r('receiptSave')}
      saved={r('receiptSaved')}
      toForm={(setting) => ({ ...setting })}
      toBody={({ footer, claim_days }) => ({ footer: footer?.trim() ?? '', claim_days: claim_days ?? 0 })}
      fields={() => (
        <>
          <Form.Item name="footer" label={r('footer')} extra={r('footerHelp')}>
            <Input.TextArea maxLength={300} showCount rows={4} placeholder={r('footerExample')} />
          </Form.Item>
          <Form.Item name="claim_days" label={r('claimDays')} extra={r('claimDaysHelp')} rules={[{ required: true, message: w('required') }]}>
            <WholeField min={0} max={90} unit={r('daysUnit')} />
          </Form.Item>
        </>
      )}
      aside={(values) => <Preview footer={values.footer ?? ''} />}
    />
  )
}

function Preview({ footer }: { footer: string }) {
  const r = useText(rooms)
  const { me, stores, storeId } = useSession()
  const [now] = useState(() => new Date().toISOString())
  const store = stores.find((one) => one.id === storeId) ?? stores[0]
  const sample: Receipt = {
    merchant: me.merchant.name,
    store: { code: store?.code ?? '', name: store?.name ?? '', address: store?.address ?? '', phone: store?.phone ?? '' },
    number: '26010112000042',
    occurred_at: now,
    staff_name: r('sampleStaff'),
    lines: [
      { name: r('sampleGoods1'), quantity: 2, price: 8800, amount: 17_600 },
      { name: r('sampleGoods2'), quantity: 1, price: 1800, amount: 1800 },
    ],
    subtotal: 19_400,
    discount: 400,
    points_used: 1000,
    points_amount: 1000,
    total: 18_000,
    payments: [{ method: 'cash', amount: 18_000, tendered: 20_000, change: 2000 }],
    member: { member_no: '6000000017', name: r('sampleMember') },
    points_earned: 180,
    points_balance: 1520,
    footer,
  }
  return (
    <Card title={r('preview')}>
      <div className={css.paper}>
        <ReceiptPaper receipt={sample} />
      </div>
    </Card>
  )
}
