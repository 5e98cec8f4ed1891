import { Button } from 'antd'
import { lazy } from 'react'
import { useUrlState } from '@/shared/app/urlState'
import type { BookEntry } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { kindTone, kinds } from '@/shared/ledger/kinds'
import { PostingDrawer } from '@/shared/ledger/PostingDrawer'
import { text as ledgerText } from '@/shared/ledger/text'
import { CalledMember, MemberName } from '@/shared/member/MemberName'
import { MemberPicker } from '@/shared/member/MemberPicker'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import type { Column } from '@/shared/ui/DataTable'
import { Later } from '@/shared/ui/Later'
import { ListPage } from '@/shared/ui/ListPage'
import { Dash, Points, StatusDot, Time } from '@/shared/ui/values'
import { text } from './text'

const AdjustDrawer = lazy(() => import('@/shared/ledger/AdjustDrawer').then((m) => ({ default: m.AdjustDrawer })))

export default function PointsPage() {
  const t = useText(text)
  const k = useText(ledgerText)
  const { can, stores, storeId, storeName } = useSession()
  const [state, setState] = useUrlState()
  const columns: Column<BookEntry>[] = [
    { key: 'kind', title: t('kind'), width: 104, render: (e) => <StatusDot tone={kindTone[e.kind]}>{k(e.kind)}</StatusDot> },
    { key: 'member', title: t('member'), width: 128, render: (e) => <CalledMember called={e} /> },
    { key: 'why', title: t('why'), sentence: true, render: (e) => e.explanation || e.reason || <Dash /> },
    { key: 'store', title: t('store'), width: 152, render: (e) => storeName(e.store_id) || <Dash />, from: 'wide' },
    { key: 'when', title: t('when'), width: 152, render: (e) => <Time at={e.occurred_at} /> },
    { key: 'amount', title: t('change'), align: 'right', width: 96, render: (e) => <Points amount={e.amount} signed /> },
    { key: 'after', title: t('after'), align: 'right', width: 104, render: (e) => <Points amount={e.balance_after} />, from: 'wide' },
  ]
  const adjust = can('ledger.adjust') && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'adjust' }, { push: true })}>
      {t('adjust')}
    </Button>
  )
  return (
    <>
      <ListPage<BookEntry>
        title={t('title')}
        line={t('line')}
        action={adjust}
        path="/ledger/entries"
        query={({ kind, member_id, store_id, from, to }) => ({ kind, member_id, store_id: store_id || storeId, from, to })}
        columns={columns}
        rowKey={(e) => e.id}
        open={(e) => setState({ posting: e.posting_id }, { push: true })}
        views={[
          { key: 'all', label: t('viewAll'), state: {} },
          ...kinds.map((kind) => ({ key: kind, label: k(kind), state: { kind } })),
        ]}
        filters={[
          {
            kind: 'field',
            name: 'member_id',
            label: t('member'),
            field: <MemberPicker />,
            show: (id) => <MemberName id={id} />,
          },
          {
            kind: 'choice',
            name: 'store_id',
            label: t('store'),
            options: stores.map((store) => ({ value: store.id, label: store.name })),
          },
          { kind: 'dates', label: t('dates') },
        ]}
        empty={{ icon: 'points', title: t('emptyTitle'), line: t('emptyLine'), action: adjust }}
      />
      <PostingDrawer id={state.posting ?? ''} close={() => setState({ posting: '' })} />
      <Later open={state.do === 'adjust'}>
        <AdjustDrawer open={state.do === 'adjust'} close={() => setState({ do: '' })} />
      </Later>
    </>
  )
}
