import type { Order, OrderLine, OrderRefund } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { DataTable, type Column } from '@/shared/ui/DataTable'
import { Card } from '@/shared/ui/PageHead'
import { Dash, Money, Points, Time } from '@/shared/ui/values'
import { categoryOf, pointsEffects } from './order'
import css from './orders.module.css'
import { text } from './text'

/** What was sold, what of it came back, and how the total comes about. */
export function Lines({ order }: { order: Order }) {
  const t = useText(text)
  const format = useFormat()
  const columns: Column<OrderLine>[] = [
    {
      key: 'item',
      title: t('item'),
      render: (l) => (
        <span className={css.item}>
          {l.name}
          <small>{l.sku}</small>
        </span>
      ),
    },
    { key: 'price', title: t('price'), align: 'right', width: 100, render: (l) => <Money amount={l.price} /> },
    { key: 'quantity', title: t('quantity'), align: 'right', width: 72, render: (l) => format.integer(l.quantity) },
    { key: 'back', title: t('back'), align: 'right', width: 72, render: (l) => (l.refunded_quantity > 0 ? format.integer(l.refunded_quantity) : <Dash />) },
    {
      key: 'off',
      title: t('off'),
      align: 'right',
      width: 108,
      from: 'wide',
      render: (l) => (l.discount + l.points_amount > 0 ? <Money amount={-l.discount - l.points_amount} /> : <Dash />),
    },
    { key: 'paid', title: t('paid'), align: 'right', width: 108, render: (l) => <Money amount={l.paid} /> },
    { key: 'points', title: t('linePoints'), align: 'right', width: 80, render: (l) => (l.points_earned > 0 ? <Points amount={l.points_earned} /> : <Dash />) },
  ]
  const { discount } = order
  const off = discount?.amount ?? 0
  return (
    <Card title={t('lines')} flush>
      <DataTable label={t('lines')} columns={columns} rows={order.lines} rowKey={(l) => l.line_id} />
      <dl className={css.sums}>
        <div>
          <dt>{t('subtotal')}</dt>
          <dd>{format.money(order.subtotal)}</dd>
        </div>
        {off > 0 && (
          <div>
            <dt>{discount?.reason ? t('discountFor', { reason: discount.reason }) : t('discount')}</dt>
            <dd>{format.money(-off)}</dd>
          </div>
        )}
        {order.points_used > 0 && (
          <div>
            <dt>{t('pointsPay', { points: format.integer(order.points_used) })}</dt>
            <dd>{format.money(-order.points_amount)}</dd>
          </div>
        )}
        <div className={css.sumTotal}>
          <dt>{t('total')}</dt>
          <dd>{format.money(order.total)}</dd>
        </div>
      </dl>
    </Card>
  )
}

/** Why the order earned what it did, rule by rule. */
export function Why({ order }: { order: Order }) {
  const t = useText(text)
  if (!order.member_id) {
    return (
      <Card title={t('why')}>
        <p className={css.quiet}>{t('whyWalkIn')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('why')}>
      {order.explanation.length === 0 && <p className={css.quiet}>{t('whyNothing')}</p>}
      <ul className={css.why}>
        {order.explanation.map((award) => {
          const category = categoryOf(award.rule)
          return (
            <li key={award.rule}>
              <span className={css.rule}>{category ? t('ruleCategory', { category }) : t('ruleBase')}</span>
              <span className={css.because}>{award.because}</span>
              <Points amount={award.points} signed />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

/** Every refund of the order, the newest first. */
export function Refunds({ order }: { order: Order }) {
  const t = useText(text)
  if (order.refunds.length === 0) {
    return (
      <Card title={t('refunds')}>
        <p className={css.quiet}>{t('refundsNone')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('refunds')}>
      <ol className={css.refunds}>
        {order.refunds.toReversed().map((refund) => (
          <Refund key={refund.id} refund={refund} lines={order.lines} />
        ))}
      </ol>
    </Card>
  )
}

function Refund({ refund, lines }: { refund: OrderRefund; lines: readonly OrderLine[] }) {
  const t = useText(text)
  const format = useFormat()
  const nameOf = (id: string) => lines.find((line) => line.line_id === id)?.name ?? id
  const what = refund.lines
    .filter((line) => line.quantity > 0 || line.amount > 0)
    .map((line) => (line.quantity > 0 ? t('refundOf', { name: nameOf(line.line_id), count: line.quantity }) : t('refundPrice', { name: nameOf(line.line_id) })))
  const effects = pointsEffects(refund)
  return (
    <li>
      <div className={css.refundHead}>
        <strong>{format.money(-refund.amount)}</strong>
        <span className={css.quiet}>{refund.refunds.map((tender) => `${t(tender.method)} ${format.money(tender.amount)}`).join(' · ')}</span>
        <span className={css.refundWhen}>
          <Time at={refund.occurred_at} />
        </span>
      </div>
      <p>{[refund.reason, refund.staff_name && t('by', { name: refund.staff_name })].filter(Boolean).join(' · ')}</p>
      {what.length > 0 && <p className={css.quiet}>{what.join('、')}</p>}
      {effects.length > 0 && (
        <p className={css.effects}>
          {effects.map((effect) => (
            <span key={effect.key}>
              {t(effect.key)} <Points amount={effect.points} signed={effect.moves} />
            </span>
          ))}
        </p>
      )}
    </li>
  )
}
