import { Link } from '@tanstack/react-router'
import type { Order } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { MemberName } from '@/shared/member/MemberName'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Card, Properties } from '@/shared/ui/PageHead'
import { Copyable, Dash, Points } from '@/shared/ui/values'
import css from './orders.module.css'
import { text } from './text'

const sources: Record<string, 'sourceConsole' | 'sourcePos' | 'sourceImport' | 'sourceApi' | 'sourceDemo'> = {
  console: 'sourceConsole',
  pos: 'sourcePos',
  import: 'sourceImport',
  api: 'sourceApi',
  demo: 'sourceDemo',
}

/** Who, where, when and how it was paid: the narrow column of the record. */
export function OrderSide({ order }: { order: Order }) {
  const t = useText(text)
  const format = useFormat()
  const { can, storeName } = useSession()
  const source = sources[(order.source ?? '').split(':')[0] ?? '']
  return (
    <>
      <Card title={t('properties')}>
        <Properties
          items={[
            {
              label: t('member'),
              value: order.member_id ? (
                <>
                  {can('member.read') ? (
                    <Link to={`/members/${order.member_id}`}>
                      <MemberName id={order.member_id} />
                    </Link>
                  ) : (
                    order.member_id
                  )}
                  {order.claimed && <small className={css.small}>{t('claimed')}</small>}
                </>
              ) : (
                t('walkIn')
              ),
            },
            ...(order.member_id && order.member_balance !== null
              ? [{ label: t('balanceThen'), value: <Points amount={order.member_balance} /> }]
              : []),
            { label: t('when'), value: format.second(order.occurred_at) },
            { label: t('store'), value: storeName(order.store_id) || <Dash /> },
            { label: t('staff'), value: order.staff_name || <Dash /> },
            { label: t('source'), value: source ? t(source) : order.source || <Dash /> },
            // The till names its own orders so that sending one again sells nothing: that name tells people nothing.
            ...(order.external_id && !order.external_id.startsWith('pos-') ? [{ label: t('externalId'), value: <Copyable value={order.external_id} /> }] : []),
          ]}
        />
      </Card>
      <Card title={t('payments')}>
        {order.payments.length === 0 ? (
          <p className={css.quiet}>{t('paymentsNone')}</p>
        ) : (
          <Properties
            items={order.payments.map((payment) => ({
              label: t(payment.method),
              value: (
                <>
                  {format.money(payment.amount)}
                  {payment.tendered !== null && (
                    <small className={css.small}>
                      {t('cashGiven', { given: format.money(payment.tendered), change: format.money(payment.change ?? 0) })}
                    </small>
                  )}
                  {payment.refunded > 0 && <small className={css.small}>{t('paidBack', { money: format.money(payment.refunded) })}</small>}
                </>
              ),
            }))}
          />
        )}
      </Card>
    </>
  )
}
