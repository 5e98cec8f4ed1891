import { Button } from 'antd'
import { useApi } from '@/shared/api/query'
import type { Order } from '@/shared/api/types'
import { useParams, useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Notice } from '@/shared/ui/Notice'
import { RecordPage, type KeyFigure } from '@/shared/ui/RecordPage'
import { Splash } from '@/shared/ui/Splash'
import { Chip, Money, Points, StatusDot } from '@/shared/ui/values'
import { ClaimDrawer } from './ClaimDrawer'
import { isClaimable, isRefundable, statusTone } from './order'
import { OrderSide } from './OrderSide'
import { Lines, Refunds, Why } from './OrderParts'
import { ReceiptDrawer } from './ReceiptDrawer'
import { RefundDrawer } from './RefundDrawer'
import { text } from './text'

export default function OrderPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const order = useApi<Order>('/orders/{id}', { path: { id } })
  if (order.isPending) return <Splash />
  if (order.isError) return <ErrorState problem={order.error} retry={() => void order.refetch()} page />
  return <Record key={id} order={order.data} />
}

function Record({ order }: { order: Order }) {
  const t = useText(text)
  const { can, storeName } = useSession()
  const format = useFormat()
  const [state, setState] = useUrlState()
  const open = (what: string) => setState({ do: what }, { push: true })
  const close = () => setState({ do: '' })
  const refundable = can('order.refund') && isRefundable(order)
  const claimable = can('order.sell') && can('member.read') && isClaimable(order)
  return (
    <>
      <RecordPage
        back={{ to: '/orders', label: t('title') }}
        title={t('nameOf')}
        number={order.number}
        status={
          <>
            <StatusDot tone={statusTone[order.status]}>{t(order.status)}</StatusDot>
            {order.kind === 'credit' && <Chip tone="amber">{t('credit')}</Chip>}
          </>
        }
        line={[format.minute(order.occurred_at), storeName(order.store_id), order.staff_name].filter(Boolean).join(' · ')}
        above={order.kind === 'credit' && <Notice tone="amber">{t('creditNotice')}</Notice>}
        figures={keyFigures(order, t, format)}
        actions={
          <>
            {refundable && (
              <Button danger icon={<Icon name="refund" size={16} />} onClick={() => open('refund')}>
                {t('refundDo')}
              </Button>
            )}
            {claimable && (
              <Button icon={<Icon name="members" size={16} />} onClick={() => open('claim')}>
                {t('claimDo')}
              </Button>
            )}
            <Button icon={<Icon name="orders" size={16} />} onClick={() => open('receipt')}>
              {t('receiptDo')}
            </Button>
          </>
        }
        side={<OrderSide order={order} />}
      >
        <Lines order={order} />
        {order.kind === 'sale' && <Why order={order} />}
        {order.kind === 'sale' && <Refunds order={order} />}
      </RecordPage>
      {refundable && <RefundDrawer order={order} open={state.do === 'refund'} close={close} />}
      {claimable && <ClaimDrawer order={order} open={state.do === 'claim'} close={close} />}
      <ReceiptDrawer id={order.id} open={state.do === 'receipt'} close={close} />
    </>
  )
}

function keyFigures(order: Order, t: ReturnType<typeof useText<keyof typeof text.said>>, format: ReturnType<typeof useFormat>): KeyFigure[] {
  const { points_clawed_back: clawed, points_forgiven: forgiven, points_returned: returned } = order
  return [
    {
      label: t('total'),
      value: <Money amount={order.total} />,
      hint: order.refunded > 0 && t('stands', { money: format.money(order.total - order.refunded) }),
      definition: t('totalDef'),
    },
    { label: t('refundedMoney'), value: <Money amount={order.refunded} /> },
    { label: t('discount'), value: <Money amount={order.discount?.amount ?? 0} />, hint: order.discount?.reason, definition: t('discountDef') },
    {
      label: t('used'),
      value: <Points amount={order.points_used} />,
      hint: [
        order.points_used > 0 && t('usedWorth', { money: format.money(order.points_amount) }),
        returned > 0 && t('usedBack', { points: format.integer(returned) }),
      ]
        .filter(Boolean)
        .join(' · '),
      definition: t('usedDef'),
    },
    {
      label: t('earned'),
      value: <Points amount={order.points_earned} />,
      hint: [
        clawed > 0 && t('takenBack', { points: format.integer(clawed) }),
        forgiven > 0 && t('letGo', { points: format.integer(forgiven) }),
      ]
        .filter(Boolean)
        .join(' · '),
      definition: t('earnedDef'),
    },
  ]
}
