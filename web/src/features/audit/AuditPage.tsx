import { useState } from 'react'
import { useApi } from '@/shared/api/query'
import type { AuditEvent, List, Staff } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { MemberName } from '@/shared/member/MemberName'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import type { Column } from '@/shared/ui/DataTable'
import type { Filter } from '@/shared/ui/filters'
import { ListPage } from '@/shared/ui/ListPage'
import { Dash, StatusDot, Time } from '@/shared/ui/values'
import { actions, resultTone, type Group } from './audit'
import css from './audit.module.css'
import { EventDrawer } from './EventDrawer'
import { text } from './text'
import { useNames } from './useNames'


export default function AuditPage() {
  const t = useText(text)
  const names = useNames()
  const { can, storeName } = useSession()
  const [state, setState] = useUrlState()
  const [rows, setRows] = useState<readonly AuditEvent[]>([])
  const staff = useApi<List<Staff>>('/staff', { query: { limit: 200 } }, { enabled: can('staff.read') })
  const chosen = rows.find((row) => row.id === state.event)

  const columns: Column<AuditEvent>[] = [
    { key: 'action', title: t('action'), render: (e) => names.deed(e.action) },
    { key: 'object', title: t('object'), render: (e) => (e.label.startsWith('mem_') ? <MemberName id={e.label} /> : names.label(e) || <Dash />) },
    {
      key: 'actor',
      title: t('actor'),
      render: (e) => (
        <span className={css.actor}>
          {names.actor(e)}
          <Role event={e} />
        </span>
      ),
    },
    { key: 'reason', title: t('reason'), from: 'wide', render: (e) => e.reason || <Dash /> },
    { key: 'store', title: t('store'), from: 'wide', width: 148, render: (e) => storeName(e.store_id) || <Dash /> },
    {
      key: 'result',
      title: t('result'),
      width: 104,
      render: (e) => <StatusDot tone={resultTone(e.result)}>{t(e.result === 'denied' ? 'denied' : e.result === 'failed' ? 'failed' : 'done')}</StatusDot>,
    },
    { key: 'when', title: t('when'), width: 152, render: (e) => <Time at={e.at} /> },
  ]
  const byAction: Filter = {
    kind: 'choice',
    name: 'action',
    label: t('action'),
    options: (Object.keys(actions) as Group[]).flatMap((group) => [
      ...(actions[group].length > 1 ? [{ value: `${group}.`, label: t('allOf', { group: names.deed(group) }) }] : []),
      ...actions[group].map((action) => ({ value: action, label: names.deed(action) })),
    ]),
  }
  const byActor: Filter = can('staff.read')
    ? { kind: 'choice', name: 'actor_id', label: t('actor'), options: (staff.data?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} · ${one.account}` })) }
    : { kind: 'text', name: 'actor_id', label: t('actorId') }
  return (
    <>
      <ListPage<AuditEvent>
        title={t('title')}
        line={t('line')}
        path="/audit"
        query={({ action, object, actor_id, from, to }) => ({ action, object, actor_id, from, to })}
        columns={columns}
        rowKey={(e) => e.id}
        onRows={setRows}
        open={(e) => setState({ event: e.id }, { push: true })}
        views={[
          { key: 'all', label: t('viewAll'), state: {} },
          ...(['auth', 'member', 'ledger', 'order', 'setting', 'staff'] as const).map((group) => ({ key: group, label: names.deed(group), state: { action: `${group}.` } })),
        ]}
        filters={[byAction, byActor, { kind: 'text', name: 'object', label: t('objectId'), placeholder: t('objectHelp') }, { kind: 'dates', label: t('dates') }]}
        empty={{ icon: 'audit', title: t('emptyTitle'), line: t('emptyLine') }}
      />
      <EventDrawer event={chosen} close={() => setState({ event: '' })} />
    </>
  )
}

function Role({ event }: { event: AuditEvent }) {
  const t = useText(text)
  if (event.who === 'key') return <small>{t('key')}</small>
  if (event.who === 'system') return <small>{t('system')}</small>
  const role = (['owner', 'manager', 'cashier', 'auditor'] as const).find((one) => one === event.role)
  return role ? <small>{t(role)}</small> : null
}
