import { Button, Drawer, Form, Input } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { List, Store } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Confirm } from '@/shared/ui/Confirm'
import type { Column } from '@/shared/ui/DataTable'
import { formCss } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { ListPage } from '@/shared/ui/ListPage'
import { Properties } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import { Dash, StatusDot } from '@/shared/ui/values'
import { ZoneField } from '@/shared/ui/ZoneField'
import { changeBody, createBody, type StoreValues } from './store'
import { text } from './text'

export default function StoresPage() {
  const t = useText(text)
  const w = useText(words)
  const { can } = useSession()
  const [state, setState] = useUrlState()
  const [turning, setTurning] = useState<Store | null>(null)
  const all = useApi<List<Store>>('/stores')
  const chosen = all.data?.items.find((store) => store.id === state.store)
  const writes = can('store.write')
  const columns: Column<Store>[] = [
    { key: 'name', title: t('name'), render: (s) => s.name },
    { key: 'code', title: t('code'), width: 120, render: (s) => s.code },
    { key: 'address', title: t('address'), render: (s) => s.address || <Dash /> },
    { key: 'phone', title: t('phone'), width: 160, render: (s) => s.phone || <Dash /> },
    { key: 'timezone', title: t('timezone'), width: 168, from: 'wide', render: (s) => s.timezone },
    { key: 'status', title: t('status'), width: 116, render: (s) => <StatusDot tone={s.status === 'open' ? 'green' : 'slate'}>{t(s.status)}</StatusDot> },
  ]
  const create = writes && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'create' }, { push: true })}>
      {t('create')}
    </Button>
  )
  const leave = () => setState({ store: '' })
  return (
    <>
      <ListPage<Store>
        title={t('title')}
        line={t('line')}
        action={create}
        path="/stores"
        whole
        columns={columns}
        rowKey={(s) => s.id}
        open={(s) => setState({ store: s.id }, { push: true })}
        actions={
          writes
            ? (s) => [
                { key: 'edit', label: w('edit'), run: () => setState({ store: s.id }, { push: true }) },
                { key: 'turn', label: t(s.status === 'open' ? 'close' : 'reopen'), danger: s.status === 'open', run: () => setTurning(s) },
              ]
            : undefined
        }
        empty={{ icon: 'stores', title: t('emptyTitle'), line: t('emptyLine'), action: create }}
      />
      {writes && <StoreDrawer open={state.do === 'create'} close={() => setState({ do: '' })} />}
      {writes ? (
        chosen && <StoreDrawer key={chosen.id} open store={chosen} close={leave} />
      ) : (
        <Drawer open={chosen !== undefined} onClose={leave} size={480} title={t('viewTitle')} destroyOnHidden>
          {chosen && <View store={chosen} />}
        </Drawer>
      )}
      <TurnDialog store={turning} close={() => setTurning(null)} />
    </>
  )
}

function View({ store }: { store: Store }) {
  const t = useText(text)
  return (
    <Properties
      items={[
        { label: t('name'), value: store.name },
        { label: t('code'), value: store.code },
        { label: t('status'), value: <StatusDot tone={store.status === 'open' ? 'green' : 'slate'}>{t(store.status)}</StatusDot> },
        { label: t('address'), value: store.address || <Dash /> },
        { label: t('phone'), value: store.phone || <Dash /> },
        { label: t('timezone'), value: store.timezone },
      ]}
    />
  )
}

/** Opens a store, or changes one. */
function StoreDrawer({ open, close, store }: { open: boolean; close: () => void; store?: Store }) {
  const t = useText(text)
  const w = useText(words)
  const { me } = useSession()
  const drop = useDrop()
  const tell = useTell()
  const required = { required: true, whitespace: true, message: w('required') }
  const submit = async (values: StoreValues, key: string) => {
    if (store) {
      const body = changeBody(store, values)
      if (Object.keys(body).length === 0) return
      const after = await call<Store>('PATCH', '/stores/{id}', { path: { id: store.id }, body })
      tell.done(t('edited', { name: after.name }))
    } else {
      const made = await call<Store>('POST', '/stores', { body: createBody(values), key })
      tell.done(t('created', { name: made.name }))
    }
    await drop(['/stores'])
  }
  return (
    <FormDrawer<StoreValues>
      open={open}
      close={close}
      title={t(store ? 'editTitle' : 'create')}
      line={store ? undefined : t('createLine')}
      act={(values) => (store ? t('editAct') : values.name?.trim() ? t('createNamed', { name: values.name.trim() }) : t('create'))}
      initial={store ? { ...store } : { timezone: me.merchant.timezone }}
      submit={submit}
    >
      <Form.Item name="name" label={t('name')} rules={[required]}>
        <Input autoComplete="off" maxLength={40} autoFocus={!store} />
      </Form.Item>
      <Form.Item name="code" label={t('code')} extra={t('codeHelp')} rules={[required]}>
        <Input autoComplete="off" maxLength={20} />
      </Form.Item>
      <Form.Item name="address" label={t('address')} extra={t('addressHelp')}>
        <Input autoComplete="off" maxLength={120} />
      </Form.Item>
      <div className={formCss.row}>
        <Form.Item name="phone" label={t('phone')}>
          <Input type="tel" inputMode="tel" autoComplete="off" maxLength={30} />
        </Form.Item>
        <Form.Item name="timezone" label={t('timezone')} extra={t('timezoneHelp')}>
          <ZoneField />
        </Form.Item>
      </div>
    </FormDrawer>
  )
}

function TurnDialog({ store, close }: { store: Store | null; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<Store | null>(null)
  if (store !== null && store !== last) setLast(store)
  const closing = last?.status === 'open'
  const name = last?.name ?? ''
  return (
    <Confirm
      open={store !== null}
      close={close}
      title={t(closing ? 'closeTitle' : 'reopenTitle', { name })}
      act={t(closing ? 'close' : 'reopen')}
      danger={closing}
      run={async () => {
        await call('PATCH', '/stores/{id}', { path: { id: last?.id ?? '' }, body: { status: closing ? 'closed' : 'open' } })
        await drop(['/stores'])
        tell.done(t(closing ? 'closedDone' : 'reopenedDone', { name }))
      }}
    >
      {t(closing ? 'closeBody' : 'reopenBody')}
    </Confirm>
  )
}
