import { Button } from 'antd'
import { lazy, useMemo, useState } from 'react'
import { useBalances } from '@/shared/api/balances'
import { useApi } from '@/shared/api/query'
import type { List, Member, MemberTag } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import type { Column } from '@/shared/ui/DataTable'
import { Later } from '@/shared/ui/Later'
import { ListPage } from '@/shared/ui/ListPage'
import { Chips, Dash, Phone, Points, StatusDot, Time } from '@/shared/ui/values'
import { calledBy, statusTone } from './member'
import { text } from './text'

const EnrolDrawer = lazy(() => import('./EnrolDrawer').then((m) => ({ default: m.EnrolDrawer })))

export default function MembersPage() {
  const t = useText(text)
  const { can, stores, storeName } = useSession()
  const [state, setState] = useUrlState()
  const [ids, setIds] = useState<readonly string[]>([])
  const balances = useBalances(ids)
  const tags = useApi<List<MemberTag>>('/member-tags')
  const enrolling = state.do === 'enrol'

  const columns: Column<Member>[] = [
    { key: 'name', title: t('name'), render: (m) => calledBy(m) },
    { key: 'phone', title: t('phone'), render: (m) => <Phone value={m.phone} /> },
    { key: 'no', title: t('memberNo'), render: (m) => m.member_no, from: 'wide' },
    { key: 'tier', title: t('tier'), render: (m) => m.tier?.name ?? <Dash /> },
    { key: 'tags', title: t('tags'), render: (m) => <Chips items={m.tags} />, from: 'wide' },
    {
      key: 'balance',
      title: t('balance'),
      align: 'right',
      render: (m) => {
        const found = balances.get(m.id)
        return found ? <Points amount={found.balance} /> : <Dash />
      },
    },
    { key: 'status', title: t('status'), render: (m) => <StatusDot tone={statusTone[m.status]}>{t(m.status)}</StatusDot> },
    { key: 'joined', title: t('joined'), render: (m) => <Time at={m.joined_at} detail="day" /> },
  ]
  const enrol = can('member.write') && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'enrol' }, { push: true })}>
      {t('enrol')}
    </Button>
  )
  const onRows = useMemo(() => (rows: readonly Member[]) => setIds(rows.map((row) => row.id)), [])
  return (
    <>
      <ListPage<Member>
        title={t('title')}
        line={t('line')}
        action={enrol}
        path="/members"
        query={({ q, status, tag, store_id }) => ({ q, status, tag, store_id })}
        columns={columns}
        rowKey={(m) => m.id}
        to={(m) => `/members/${m.id}`}
        onRows={onRows}
        search={t('search')}
        views={[
          { key: 'all', label: t('viewAll'), state: {} },
          { key: 'active', label: t('active'), state: { status: 'active' } },
          { key: 'frozen', label: t('frozen'), state: { status: 'frozen' } },
          { key: 'closed', label: t('closed'), state: { status: 'closed' } },
        ]}
        filters={[
          {
            kind: 'choice',
            name: 'tag',
            label: t('tag'),
            options: (tags.data?.items ?? []).map(({ tag, members }) => ({ value: tag, label: `${tag} (${members})` })),
          },
          {
            kind: 'choice',
            name: 'store_id',
            label: t('store'),
            options: stores.map((store) => ({ value: store.id, label: storeName(store.id) })),
          },
        ]}
        empty={{ icon: 'members', title: t('emptyTitle'), line: t('emptyLine'), action: enrol }}
      />
      <Later open={enrolling}>
        <EnrolDrawer open={enrolling} close={() => setState({ do: '' })} />
      </Later>
    </>
  )
}
