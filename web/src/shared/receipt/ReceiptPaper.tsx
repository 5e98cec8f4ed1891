import { createPortal } from 'react-dom'
import type { Receipt } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import css from './receipt.module.css'
import { text } from './text'

/** A receipt as it comes out of the printer. */
export function ReceiptPaper({ receipt }: { receipt: Receipt }) {
  const t = useText(text)
  const format = useFormat()
  const { store } = receipt
  return (
    <article className={css.paper}>
      <header className={css.head}>
        <p className={css.merchant}>{receipt.merchant}</p>
        <p>{store.name}</p>
        {store.address && <p>{store.address}</p>}
        {store.phone && <p>{t('phone', { phone: store.phone })}</p>}
      </header>
      <div className={css.facts}>
        <Row name={t('number')} value={receipt.number} />
        <Row name={t('time')} value={format.second(receipt.occurred_at)} />
        {receipt.staff_name && <Row name={t('cashier')} value={receipt.staff_name} />}
        {receipt.member && <Row name={t('member')} value={[receipt.member.member_no, receipt.member.name].filter(Boolean).join(' ')} />}
      </div>
      <div className={css.lines}>
        {receipt.lines.map((line, i) => (
          // A receipt never changes, so the place of a line is its name.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={i} className={css.line}>
            <p>{line.name}</p>
            <Row name={`${format.integer(line.quantity)} × ${format.money(line.price)}`} value={format.money(line.amount)} />
          </div>
        ))}
      </div>
      <div className={css.sums}>
        <Row name={t('subtotal')} value={format.money(receipt.subtotal)} />
        {receipt.discount > 0 && <Row name={t('discount')} value={format.money(-receipt.discount)} />}
        {receipt.points_used > 0 && (
          <Row name={t('pointsAmount', { points: format.integer(receipt.points_used) })} value={format.money(-receipt.points_amount)} />
        )}
        <div className={css.total}>
          <Row name={t('total')} value={format.money(receipt.total)} />
        </div>
        {receipt.payments.map((payment) => (
          <Row key={payment.method} name={t(payment.method)} value={format.money(payment.amount)} />
        ))}
        {(receipt.refunded ?? 0) > 0 && <Row name={t('refunded')} value={format.money(-(receipt.refunded ?? 0))} />}
      </div>
      {receipt.member && (
        <div className={css.sums}>
          <Row name={t('earned')} value={format.signed(receipt.points_earned)} />
          <Row name={t('balance')} value={format.integer(receipt.points_balance)} />
        </div>
      )}
      {receipt.footer && <p className={css.footer}>{receipt.footer}</p>}
    </article>
  )
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div className={css.row}>
      <span>{name}</span>
      <span>{value}</span>
    </div>
  )
}

/** The same beside the page: nothing but it is on the paper while it stands. */
export function PrintedReceipt({ receipt }: { receipt: Receipt }) {
  return createPortal(
    <div className={css.printed} data-printed="">
      <ReceiptPaper receipt={receipt} />
    </div>,
    document.body,
  )
}
