import { useUrlState } from '@/shared/app/urlState'
import type { Account, Entry, Lot, Member, Message, OrderItem } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { kindTone } from '@/shared/ledger/kinds'
import { PostingDrawer } from '@/shared/ledger/PostingDrawer'
import { text as ledgerText } from '@/shared/ledger/text'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { DataTable, type Column } from '@/shared/ui/DataTable'
import { Empty } from '@/shared/ui/Empty'
import { MoreList } from '@/shared/ui/MoreList'
import { Tabs, type Tab } from '@/shared/ui/Tabs'
import { Dash, Money, Points, StatusDot, Time } from '@/shared/ui/values'
import { orderTone } from './member'
import css from './members.module.css'
import { text } from './text'

/** All that happened with a member: the wide column of the record. */
export function MemberRecords({ member, account }: { member: Member; account: Account | undefined }) {
  const t = useText(text)
  const { can } = useSession()
  const [state, setState] = useUrlState()
  const tabs: Tab[] = [
    ...(can('ledger.read')
      ? [
          { key: 'entries', label: t('tabEntries'), body: <Entries id={member.id} open={(posting) => setState({ posting }, { push: true })} /> },
          { key: 'lots', label: t('tabLots'), body: <Lots lots={account?.lots ?? []} /> },
        ]
      : []),
    ...(can('order.read') ? [{ key: 'orders', label: t('tabOrders'), body: <Orders id={member.id} /> }] : []),
    { key: 'messages', label: t('tabMessages'), body: <Messages id={member.id} /> },
  ]
  return (
    <>
      <Tabs label={t('tabs')} items={tabs} at={state.tab ?? ''} go={(tab) => setState({ tab: tab === tabs[0]?.key ? '' : tab })} />
      <PostingDrawer id={state.posting ?? ''} close={() => setState({ posting: '' })} />
    </>
  )
}

function Entries({ id, open }: { id: string; open: (posting: string) => void }) {
  const t = useText(text)
  const k = useText(ledgerText)
  const columns: Column<Entry>[] = [
    { key: 'kind', title: t('kind'), width: 96, render: (e) => <StatusDot tone={kindTone[e.kind]}>{k(e.kind)}</StatusDot> },
    {
      key: 'why',
      title: t('why'),
      sentence: true,
      render: (e) => (
        <span className={css.why}>
          {e.explanation || e.reason || <Dash />}
          {e.explanation && e.reason && !e.explanation.includes(e.reason) && <small>{e.reason}</small>}
        </span>
      ),
    },
    { key: 'when', title: t('when'), width: 152, render: (e) => <Time at={e.occurred_at} /> },
    { key: 'amount', title: t('change'), align: 'right', width: 92, render: (e) => <Points amount={e.amount} signed /> },
    { key: 'after', title: t('after'), align: 'right', width: 92, render: (e) => <Points amount={e.balance_after} /> },
  ]
  return (
    <MoreList<Entry>
      label={t('tabEntries')}
      path="/members/{id}/entries"
      at={{ id }}
      query={{ asset: 'points' }}
      columns={columns}
      rowKey={(e) => e.id}
      open={(e) => open(e.posting_id)}
      empty={{ title: t('entriesEmpty'), line: t('entriesEmptyLine') }}
    />
  )
}

function Lots({ lots }: { lots: readonly Lot[] }) {
  const t = useText(text)
  const format = useFormat()
  const originName = (origin = '') => {
    const category = /^category:(.+)$/.exec(origin)?.[1]
    if (category) return t('originCategory', { category })
    return t(origin === 'base' ? 'originBase' : 'originOther')
  }
  const columns: Column<Lot>[] = [
    { key: 'origin', title: t('lotOrigin'), render: (l) => originName(l.origin) },
    { key: 'from', title: t('lotFrom'), render: (l) => <Time at={l.available_at} detail="day" /> },
    { key: 'until', title: t('lotUntil'), render: (l) => format.lastDay(l.expires_at) || t('never') },
    { key: 'amount', title: t('lotAmount'), align: 'right', render: (l) => <Points amount={l.amount} /> },
    { key: 'left', title: t('lotRemaining'), align: 'right', render: (l) => <Points amount={l.remaining ?? 0} /> },
  ]
  if (lots.length === 0) return <Empty compact title={t('lotsEmpty')} line={t('lotsEmptyLine')} />
  return <DataTable label={t('tabLots')} columns={columns} rows={lots} rowKey={(l) => l.id} />
}

function Orders({ id }: { id: string }) {
  const t = useText(text)
  const { storeName } = useSession()
  const columns: Column<OrderItem>[] = [
    { key: 'number', title: t('orderNumber'), render: (o) => o.number },
    { key: 'status', title: t('status'), render: (o) => <StatusDot tone={orderTone[o.status]}>{t(o.status)}</StatusDot> },
    { key: 'store', title: t('orderStore'), render: (o) => storeName(o.store_id), from: 'wide' },
    { key: 'when', title: t('when'), render: (o) => <Time at={o.occurred_at} /> },
    { key: 'total', title: t('orderTotal'), align: 'right', render: (o) => <Money amount={o.total} /> },
    { key: 'earned', title: t('orderEarned'), align: 'right', render: (o) => <Points amount={o.points_earned} /> },
  ]
  return (
    <MoreList<OrderItem>
      label={t('tabOrders')}
      path="/orders"
      query={{ member_id: id }}
      columns={columns}
      rowKey={(o) => o.id}
      to={(o) => `/orders/${o.id}`}
      empty={{ title: t('ordersEmpty'), line: t('entriesEmptyLine') }}
    />
  )
}

function Messages({ id }: { id: string }) {
  const t = useText(text)
  const columns: Column<Message>[] = [
    { key: 'text', title: t('message'), render: (m) => m.text, sentence: true },
    { key: 'read', title: t('status'), width: 96, render: (m) => <StatusDot tone={m.read_at ? 'slate' : 'blue'}>{t(m.read_at ? 'read' : 'unread')}</StatusDot> },
    { key: 'when', title: t('when'), width: 152, render: (m) => <Time at={m.created_at} /> },
  ]
  return (
    <MoreList<Message>
      label={t('tabMessages')}
      path="/members/{id}/messages"
      at={{ id }}
      columns={columns}
      rowKey={(m) => m.id}
      empty={{ title: t('messagesEmpty'), line: t('messagesEmptyLine') }}
    />
  )
}
