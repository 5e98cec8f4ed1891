import { createPortal } from 'react-dom'
import type { Receipt, Tender } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { cashOf } from './cash'
import css from './receipt.module.css'
import { text } from './text'

/** What was paid by each means; parts of the same one are one line. */
function paidBy(receipt: Receipt): Map<Tender, number> {
  const sums = new Map<Tender, number>()
  for (const { method, amount } of receipt.payments) sums.set(method, (sums.get(method) ?? 0) + amount)
  return sums
}

/** A receipt as it comes out of the printer; `again` marks one that was printed before. */
export function ReceiptPaper({ receipt, again }: { receipt: Receipt; again?: boolean }) {
  const t = useText(text)
  const format = useFormat()
  const { store, member } = receipt
  const cash = cashOf(receipt.payments)
  return (
    <article className={css.paper} aria-label={t('receipt')}>
      <header className={css.head}>
        <p className={css.merchant}>{receipt.merchant}</p>
        <p>{store.name}</p>
        {store.address && <p>{store.address}</p>}
        {store.phone && <p>{t('phone', { phone: store.phone })}</p>}
        {again && <p className={css.again}>{t('again')}</p>}
      </header>
      <dl className={css.part}>
        <Row name={t('number')} value={receipt.number} />
        <Row name={t('time')} value={format.second(receipt.occurred_at)} />
        {receipt.staff_name && <Row name={t('cashier')} value={receipt.staff_name} />}
      </dl>
      <ul className={css.part}>
        {receipt.lines.map((line, i) => (
          // A receipt never changes, so the place of a line is its name.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={i} className={css.line}>
            <p>{line.name}</p>
            <p className={css.row}>
              <span>{`${format.integer(line.quantity)} × ${format.money(line.price)}`}</span>
              <span>{format.money(line.amount)}</span>
            </p>
          </li>
        ))}
      </ul>
      <dl className={css.part}>
        <Row name={t('subtotal')} value={format.money(receipt.subtotal)} />
        {receipt.discount > 0 && <Row name={t('discount')} value={format.money(-receipt.discount)} />}
        {receipt.points_used > 0 && (
          <Row name={t('pointsAmount', { points: format.integer(receipt.points_used) })} value={format.money(-receipt.points_amount)} />
        )}
        <Row name={t('total')} value={format.money(receipt.total)} strong />
        {[...paidBy(receipt)].map(([method, amount]) => (
          <Row key={method} name={t(method)} value={format.money(amount)} />
        ))}
        {cash && (
          <>
            <Row name={t('cashGiven')} value={format.money(cash.tendered)} />
            <Row name={t('change')} value={format.money(cash.change)} />
          </>
        )}
        {(receipt.refunded ?? 0) > 0 && <Row name={t('refunded')} value={format.money(-(receipt.refunded ?? 0))} />}
      </dl>
      {member && (
        <dl className={css.part}>
          <Row name={t('member')} value={[member.name, member.member_no].filter(Boolean).join(' ')} />
          <Row name={t('earned')} value={format.signed(receipt.points_earned)} />
          <Row name={t('balance')} value={format.integer(receipt.points_balance)} />
        </dl>
      )}
      {receipt.footer && <p className={css.footer}>{receipt.footer}</p>}
    </article>
  )
}

function Row({ name, value, strong }: { name: string; value: string; strong?: boolean }) {
  return (
    <div className={strong ? css.total : css.row}>
      <dt>{name}</dt>
      <dd>{value}</dd>
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
