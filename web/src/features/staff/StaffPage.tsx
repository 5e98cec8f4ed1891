import { Button } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { Staff } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Confirm } from '@/shared/ui/Confirm'
import type { Column } from '@/shared/ui/DataTable'
import { ListPage } from '@/shared/ui/ListPage'
import { useTell } from '@/shared/ui/tell'
import { Chip, StatusDot, Time } from '@/shared/ui/values'
import { SectionNav } from './SectionNav'
import css from './staff.module.css'
import { CreateStaff, OneStaff, ResetPassword } from './StaffDrawers'
import { text } from './text'

export default function StaffPage() {
  const t = useText(text)
  const w = useText(words)
  const { me, can, storeName } = useSession()
  const [state, setState] = useUrlState()
  const [turning, setTurning] = useState<Staff | null>(null)
  const [resetting, setResetting] = useState<Staff | null>(null)
  // There is no operation for one of the staff: what is opened is a row that was shown.
  const [rows, setRows] = useState<readonly Staff[]>([])
  const chosen = rows.find((row) => row.id === state.staff)
  const writes = can('staff.write')
  const columns: Column<Staff>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (s) => (
        <>
          {s.name}
          {s.id === me.staff?.id && <span className={css.you}>{t('you')}</span>}
        </>
      ),
    },
    { key: 'account', title: t('account'), width: 176, render: (s) => s.account },
    {
      key: 'roles',
      title: t('roles'),
      render: (s) => (
        <span className={css.roles}>
          {s.roles.map((role) => (
            <Chip key={role} tone={role === 'owner' ? 'jade' : 'slate'}>
              {t(role)}
            </Chip>
          ))}
        </span>
      ),
    },
    { key: 'stores', title: t('stores'), render: (s) => (s.stores.length === 0 ? t('allStores') : s.stores.map(storeName).join('、')) },
    { key: 'last', title: t('lastLogin'), width: 152, render: (s) => (s.last_login_at ? <Time at={s.last_login_at} /> : <span className={css.quiet}>{t('never')}</span>) },
    { key: 'status', title: t('status'), width: 104, render: (s) => <StatusDot tone={s.status === 'active' ? 'green' : 'slate'}>{t(s.status)}</StatusDot> },
  ]
  const create = writes && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'create' }, { push: true })}>
      {t('create')}
    </Button>
  )
  return (
    <>
      <ListPage<Staff>
        title={t('title')}
        line={t('line')}
        action={create}
        above={<SectionNav />}
        path="/staff"
        query={({ status }) => ({ status })}
        columns={columns}
        rowKey={(s) => s.id}
        onRows={setRows}
        open={(s) => setState({ staff: s.id }, { push: true })}
        actions={
          writes
            ? (s) => [
                { key: 'edit', label: w('edit'), run: () => setState({ staff: s.id }, { push: true }) },
                // Nobody disables themselves, and one's own password is changed with the present one.
                ...(s.id === me.staff?.id
                  ? []
                  : [
                      { key: 'reset', label: t('reset'), run: () => setResetting(s) },
                      { key: 'turn', label: t(s.status === 'active' ? 'disable' : 'enable'), danger: s.status === 'active', run: () => setTurning(s) },
                    ]),
              ]
            : undefined
        }
        views={[
          { key: 'all', label: t('viewAll'), state: {} },
          { key: 'active', label: t('active'), state: { status: 'active' } },
          { key: 'disabled', label: t('disabled'), state: { status: 'disabled' } },
        ]}
        empty={{ icon: 'staff', title: t('emptyTitle'), line: t('emptyLine'), action: create }}
      />
      {writes && <CreateStaff open={state.do === 'create'} close={() => setState({ do: '' })} />}
      <OneStaff staff={chosen} close={() => setState({ staff: '' })} />
      <ResetPassword staff={resetting} close={() => setResetting(null)} />
      <TurnDialog staff={turning} close={() => setTurning(null)} />
    </>
  )
}

function TurnDialog({ staff, close }: { staff: Staff | null; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<Staff | null>(null)
  if (staff !== null && staff !== last) setLast(staff)
  if (last === null) return null
  const off = last.status === 'active'
  const { name } = last
  return (
    <Confirm
      open={staff !== null}
      close={close}
      title={t(off ? 'disableTitle' : 'enableTitle', { name })}
      act={t(off ? 'disable' : 'enable')}
      danger={off}
      run={async () => {
        await call('PATCH', '/staff/{id}', { path: { id: last.id }, body: { status: off ? 'disabled' : 'active' } })
        await drop(['/staff'])
        tell.done(t(off ? 'disabledDone' : 'enabledDone', { name }))
      }}
    >
      {t(off ? 'disableBody' : 'enableBody')}
    </Confirm>
  )
}
