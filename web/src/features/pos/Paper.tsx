import { createPortal } from 'react-dom'
import { useEffect } from 'react'
import { useApi } from '@/shared/api/query'
import type { Receipt, Tender } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import css from './paper.module.css'
import { text } from './text'
import { useTill } from './till'
import { usePaperWidth } from './usePaperWidth'

/** What the till alone knows of a sale: the cash that was handed over. */
export interface CashGiven {
  tendered: number
  change: number
}

/** What was paid by each means; parts of the same one are one line. */
function paidBy(receipt: Receipt): Map<Tender, number> {
  const sums = new Map<Tender, number>()
  for (const { method, amount } of receipt.payments) sums.set(method, (sums.get(method) ?? 0) + amount)
  return sums
}

/** The receipt as it is printed, on paper of 58 or 80 mm. */
export function Paper({ receipt, cash, again }: { receipt: Receipt; cash?: CashGiven; again?: boolean }) {
  const t = useText(text)
  const f = useFormat()
  const { store, member } = receipt
  return (
    <article className={css.paper} aria-label={t('receiptOf')}>
      <header className={css.head}>
        <strong>{receipt.merchant}</strong>
        <span>{store.name}</span>
        {store.address && <small>{store.address}</small>}
        {store.phone && <small>{`${t('rPhone')} ${store.phone}`}</small>}
        {again && <em>{t('reprint')}</em>}
      </header>
      <dl className={css.facts}>
        <Fact label={t('rNumber')} value={receipt.number} />
        <Fact label={t('rTime')} value={f.second(receipt.occurred_at)} />
        {receipt.staff_name && <Fact label={t('rCashier')} value={receipt.staff_name} />}
      </dl>
      <ul className={css.lines}>
        {receipt.lines.map((line, i) => (
          <li key={i}>
            <span>{line.name}</span>
            <span className={css.pair}>
              <span>{`${f.integer(line.quantity)} × ${f.money(line.price)}`}</span>
              <span>{f.money(line.amount)}</span>
            </span>
          </li>
        ))}
      </ul>
      <dl className={css.facts}>
        <Fact label={t('subtotal')} value={f.money(receipt.subtotal)} />
        {receipt.discount > 0 && <Fact label={t('discount')} value={f.money(-receipt.discount)} />}
        {receipt.points_used > 0 && (
          <Fact label={t('rPointsUsed', { points: f.integer(receipt.points_used) })} value={f.money(-receipt.points_amount)} />
        )}
        <Fact label={t('rTotal')} value={f.money(receipt.total)} strong />
        {[...paidBy(receipt)].map(([method, amount]) => (
          <Fact key={method} label={t(method)} value={f.money(amount)} />
        ))}
        {cash && cash.change > 0 && (
          <>
            <Fact label={t('rCashGiven')} value={f.money(cash.tendered)} />
            <Fact label={t('change')} value={f.money(cash.change)} />
          </>
        )}
        {(receipt.refunded ?? 0) > 0 && <Fact label={t('rRefunded')} value={f.money(receipt.refunded ?? 0)} />}
      </dl>
      {member && (
        <dl className={css.facts}>
          <Fact label={t('rMember')} value={[member.name, member.member_no].filter(Boolean).join(' ')} />
          <Fact label={t('pointsEarned')} value={f.signed(receipt.points_earned)} />
          <Fact label={t('pointsNow')} value={f.integer(receipt.points_balance)} />
        </dl>
      )}
      {receipt.footer && <footer className={css.foot}>{receipt.footer}</footer>}
    </article>
  )
}

function Fact({ label, value, strong }: { label: string; value: string; strong?: boolean }) {
  return (
    <div className={strong ? css.strong : undefined}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** Prints what the till was asked to print: the paper alone, outside of everything that is on the screen. */
export function PrintOut() {
  const { printing, printed, last, tell } = useTill()
  const [width] = usePaperWidth()
  const path = { id: printing?.orderId ?? 'none' }
  const answer = useApi<Receipt>('/orders/{id}/receipt', { path }, { enabled: printing !== null })
  const ready = printing !== null && answer.data !== undefined
  const { error } = answer
  useEffect(() => {
    if (!ready) return
    const timer = setTimeout(() => {
      window.print()
      printed()
    }, 50)
    return () => clearTimeout(timer)
  }, [ready, printed])
  useEffect(() => {
    if (!printing || !error) return
    tell('bad', error.message)
    printed()
  }, [printing, error, tell, printed])
  if (!printing || !answer.data) return null
  return createPortal(
    <div className={width === 58 ? css.roll58 : css.roll80}>
      <Paper receipt={answer.data} cash={last?.orderId === printing.orderId ? last : undefined} again={printing.again} />
    </div>,
    document.body,
  )
}
