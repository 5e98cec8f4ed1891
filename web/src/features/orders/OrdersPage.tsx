import { Button } from 'antd'
import type { OrderItem } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { CalledMember, MemberName } from '@/shared/member/MemberName'
import { MemberPicker } from '@/shared/member/MemberPicker'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import type { Column } from '@/shared/ui/DataTable'
import { ListPage } from '@/shared/ui/ListPage'
import { Chip, Dash, Money, Points, StatusDot, Time } from '@/shared/ui/values'
import { statusTone } from './order'
import css from './orders.module.css'
import { text } from './text'

export default function OrdersPage() {
  const t = useText(text)
  const { can, stores, storeId, storeName } = useSession()
  const columns: Column<OrderItem>[] = [
    {
      key: 'number',
      title: t('number'),
      render: (o) => (
        <>
          {o.number}
          {o.kind === 'credit' && (
            <span className={css.kind}>
              <Chip tone="amber">{t('credit')}</Chip>
            </span>
          )}
        </>
      ),
    },
    { key: 'when', title: t('when'), width: 152, render: (o) => <Time at={o.occurred_at} /> },
    {
      key: 'store',
      title: t('storeAndStaff'),
      from: 'wide',
      sentence: true,
      render: (o) => [storeName(o.store_id), o.staff_name].filter(Boolean).join(' · ') || <Dash />,
    },
    {
      key: 'member',
      title: t('member'),
      width: 128,
      render: (o) => (o.member_id ? <CalledMember called={o} /> : <span className={css.quiet}>{t('walkIn')}</span>),
    },
    { key: 'status', title: t('status'), width: 128, render: (o) => <StatusDot tone={statusTone[o.status]}>{t(o.status)}</StatusDot> },
    { key: 'total', title: t('total'), align: 'right', width: 116, render: (o) => <Money amount={o.total} strong /> },
    { key: 'refunded', title: t('refundedMoney'), align: 'right', width: 108, render: (o) => (o.refunded > 0 ? <Money amount={-o.refunded} /> : <Dash />) },
    { key: 'points', title: t('points'), align: 'right', width: 96, render: (o) => (o.points_earned > 0 ? <Points amount={o.points_earned} signed /> : <Dash />) },
  ]
  return (
    <ListPage<OrderItem>
      title={t('title')}
      line={t('line')}
      path="/orders"
      query={({ q, status, member_id, store_id, from, to }) => ({ q, status, member_id, store_id: store_id || storeId, from, to })}
      columns={columns}
      rowKey={(o) => o.id}
      to={(o) => `/orders/${o.id}`}
      search={t('search')}
      views={[
        { key: 'all', label: t('viewAll'), state: {} },
        { key: 'completed', label: t('completed'), state: { status: 'completed' } },
        { key: 'partly_refunded', label: t('partly_refunded'), state: { status: 'partly_refunded' } },
        { key: 'refunded', label: t('refunded'), state: { status: 'refunded' } },
      ]}
      filters={[
        { kind: 'dates', label: t('dates') },
        { kind: 'choice', name: 'store_id', label: t('store'), options: stores.map((store) => ({ value: store.id, label: store.name })) },
        ...(can('member.read')
          ? [{ kind: 'field' as const, name: 'member_id', label: t('member'), field: <MemberPicker />, show: (id: string) => <MemberName id={id} /> }]
          : []),
      ]}
      empty={{
        icon: 'orders',
        title: t('emptyTitle'),
        line: t('emptyLine'),
        action: can('order.sell') && (
          <Button type="primary" href="/pos/" icon={<Icon name="pos" size={16} />}>
            {t('openPos')}
          </Button>
        ),
      }}
    />
  )
}
