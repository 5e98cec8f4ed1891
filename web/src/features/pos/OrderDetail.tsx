import { useApi } from '@/shared/api/query'
import type { Order } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { cashOf } from '@/shared/receipt/cash'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Splash } from '@/shared/ui/Splash'
import css from './orders.module.css'
import { Status } from './OrdersPane'
import { Act, Button } from './parts'
import { RefundForm } from './RefundForm'
import { text } from './text'
import { useTill } from './till'

/** One order: what was sold, how it was paid, what came back; its receipt again, and its refund. */
export function OrderDetail({ id }: { id: string }) {
  const t = useText(text)
  const { can } = useSession()
  const { refunding, setRefunding } = useTill()
  const answer = useApi<Order>('/orders/{id}', { path: { id } })
  if (!answer.data) {
    return answer.error ? <ErrorState problem={answer.error} retry={() => void answer.refetch()} /> : <Splash />
  }
  const order = answer.data
  const refundable = order.kind === 'sale' && order.lines.some((line) => line.refundable_quantity > 0)
  if (refunding) return <RefundForm order={order} close={() => setRefunding(false)} />
  return (
    <div className={css.record}>
      <Head order={order} />
      <Lines order={order} />
      <Sums order={order} />
      {order.refunds.length > 0 && <Refunds order={order} />}
      <div className={css.recordActs}>
        <Act id="print" icon="print" />
        {can('order.refund') && (
          <Button icon="refund" disabled={!refundable} onClick={() => setRefunding(true)}>
            {t('refund')}
          </Button>
        )}
      </div>
    </div>
  )
}

function Head({ order }: { order: Order }) {
  const t = useText(text)
  const f = useFormat()
  return (
    <header className={css.recordHead}>
      <div>
        <h2>{order.number}</h2>
        <p>
          {f.minute(order.occurred_at)}
          {order.staff_name && ` · ${order.staff_name}`} · {order.member_id ? t('memberOrder') : t('walkIn')}
        </p>
      </div>
      <Status status={order.status} />
    </header>
  )
}

function Lines({ order }: { order: Order }) {
  const t = useText(text)
  const f = useFormat()
  return (
    <ul className={css.lines} aria-label={t('lines')}>
      {order.lines.map((line) => (
        <li key={line.line_id}>
          <span>
            {line.name}
            <small>
              {f.integer(line.quantity)} × {f.money(line.price)}
              {line.refunded_quantity > 0 && ` · ${t('returnedOf', { count: line.refunded_quantity })}`}
            </small>
          </span>
          <strong>{f.money(line.amount)}</strong>
        </li>
      ))}
    </ul>
  )
}

function Sums({ order }: { order: Order }) {
  const t = useText(text)
  const f = useFormat()
  const discount = order.discount?.amount ?? 0
  const cash = cashOf(order.payments)
  return (
    <dl className={css.sums}>
      <Sum label={t('subtotal')} value={f.money(order.subtotal)} />
      {discount > 0 && <Sum label={[t('discount'), order.discount?.reason].filter(Boolean).join(' · ')} value={f.money(-discount)} />}
      {order.points_used > 0 && <Sum label={t('rPointsUsed', { points: f.integer(order.points_used) })} value={f.money(-order.points_amount)} />}
      <Sum label={t('rTotal')} value={f.money(order.total)} strong />
      {order.payments.map((payment, i) => (
        <Sum key={i} label={t(payment.method)} value={f.money(payment.amount)} />
      ))}
      {cash && (
        <>
          <Sum label={t('cashGiven')} value={f.money(cash.tendered)} />
          <Sum label={t('change')} value={f.money(cash.change)} />
        </>
      )}
      {order.member_id && <Sum label={t('pointsEarned')} value={f.signed(order.points_earned)} gold />}
    </dl>
  )
}

function Sum({ label, value, strong, gold }: { label: string; value: string; strong?: boolean; gold?: boolean }) {
  return (
    <div data-strong={strong || undefined} data-gold={gold || undefined}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Refunds({ order }: { order: Order }) {
  const t = useText(text)
  const f = useFormat()
  return (
    <div className={css.refunds}>
      <h3>{t('refunds')}</h3>
      <ul>
        {order.refunds.map((refund) => (
          <li key={refund.id}>
            <span>
              {refund.reason}
              <small>
                {f.minute(refund.occurred_at)}
                {refund.staff_name && ` · ${refund.staff_name}`}
              </small>
            </span>
            <strong>{f.money(-refund.amount)}</strong>
          </li>
        ))}
      </ul>
    </div>
  )
}
