import { Button, Drawer, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { ApiKey, Permission } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { Confirm } from '@/shared/ui/Confirm'
import type { Column } from '@/shared/ui/DataTable'
import { formCss } from '@/shared/ui/fields'
import { ListPage } from '@/shared/ui/ListPage'
import { Notice } from '@/shared/ui/Notice'
import { Properties } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import { Dash, Time } from '@/shared/ui/values'
import { KeyDrawer } from './KeyDrawer'
import { Rights } from './RolesField'
import { SectionNav } from './SectionNav'
import { grouped } from './staff'
import css from './staff.module.css'
import { text } from './text'
import { useRight } from './useRight'

/** The keys of other systems: each is shown once, and ended here. */
export default function KeysPage() {
  const t = useText(text)
  const right = useRight()
  const [state, setState] = useUrlState()
  const [made, setMade] = useState<ApiKey | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const [rows, setRows] = useState<readonly ApiKey[]>([])
  const chosen = rows.find((row) => row.id === state.key)
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('keyName'), render: (k) => k.name },
    { key: 'tail', title: t('keyTail'), width: 120, render: (k) => <code className={css.code}>hj_…{k.tail}</code> },
    {
      key: 'scopes',
      title: t('keyScopes'),
      render: (k) =>
        k.scopes.includes('*') ? t('keyAll') : <span title={k.scopes.map(right).join('、')}>{t('keyScopeCount', { count: k.scopes.length })}</span>,
    },
    { key: 'rate', title: t('keyRate'), width: 128, render: (k) => (k.rate === 0 ? t('keyRateNone') : t('keyRateOf', { rate: k.rate })) },
    { key: 'since', title: t('keyCreated'), width: 120, from: 'wide', render: (k) => <Time at={k.created_at} detail="day" /> },
    { key: 'until', title: t('keyUntil'), width: 120, render: (k) => (k.expires_at ? <Time at={k.expires_at} detail="day" /> : <Dash />) },
  ]
  const create = (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'create' }, { push: true })}>
      {t('keyCreate')}
    </Button>
  )
  return (
    <>
      <ListPage<ApiKey>
        title={t('keysTitle')}
        line={
          <>
            {t('keysLine')} <a href="/docs/" target="_blank" rel="noreferrer">{t('keysDocs')}</a>
          </>
        }
        action={create}
        above={<SectionNav />}
        path="/keys"
        whole
        columns={columns}
        rowKey={(k) => k.id}
        onRows={setRows}
        open={(k) => setState({ key: k.id }, { push: true })}
        actions={(k) => [{ key: 'revoke', label: t('keyRevoke'), danger: true, run: () => setRevoking(k) }]}
        empty={{ icon: 'key', title: t('keysEmptyTitle'), line: t('keysEmptyLine'), action: create }}
      />
      <KeyDrawer open={state.do === 'create'} close={() => setState({ do: '' })} made={setMade} />
      <Drawer
        open={chosen !== undefined}
        onClose={() => setState({ key: '' })}
        size={480}
        title={t('keyView')}
        destroyOnHidden
        footer={
          <div className={formCss.foot}>
            <Button danger onClick={() => chosen && setRevoking(chosen)}>
              {t('keyRevoke')}
            </Button>
          </div>
        }
      >
        {chosen && <View of={chosen} />}
      </Drawer>
      <MadeDialog made={made} close={() => setMade(null)} />
      <RevokeDialog revoking={revoking} close={() => setRevoking(null)} />
    </>
  )
}

function View({ of: key }: { of: ApiKey }) {
  const t = useText(text)
  const right = useRight()
  const format = useFormat()
  return (
    <>
      <Properties
        items={[
          { label: t('keyName'), value: key.name },
          { label: t('keyTail'), value: <code className={css.code}>hj_…{key.tail}</code> },
          { label: t('keyRate'), value: key.rate === 0 ? t('keyRateNone') : t('keyRateOf', { rate: key.rate }) },
          { label: t('keyCreated'), value: format.minute(key.created_at) },
          { label: t('keyUntil'), value: format.minute(key.expires_at) || <Dash /> },
        ]}
      />
      {key.scopes.includes('*') ? (
        <Notice tone="amber">{t('keyAllWarn')}</Notice>
      ) : (
        <Rights groups={grouped(key.scopes as Permission[])} name={right} />
      )}
    </>
  )
}

/** Shows the new key, this once. */
function MadeDialog({ made, close }: { made: ApiKey | null; close: () => void }) {
  const t = useText(text)
  const [copied, setCopied] = useState(false)
  useEffect(() => setCopied(false), [made])
  return (
    <Modal
      open={made !== null}
      // The key is gone for good once this is closed, so only the button closes it.
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={t('keyCreatedTitle')}
      width={560}
      destroyOnHidden
      footer={
        <div className={formCss.foot}>
          <Button
            type={copied ? 'default' : 'primary'}
            icon={<Icon name={copied ? 'check' : 'copy'} size={16} />}
            onClick={() => void navigator.clipboard?.writeText(made?.key ?? '').then(() => setCopied(true))}
          >
            {t(copied ? 'keyCopied' : 'keyCopy')}
          </Button>
          <Button type={copied ? 'primary' : 'default'} onClick={close}>
            {t('keyStored')}
          </Button>
        </div>
      }
    >
      <div className={css.made}>
        <Notice tone="amber">{t('keyCreatedBody', { name: made?.name ?? '' })}</Notice>
        <code className={css.key}>{made?.key}</code>
      </div>
    </Modal>
  )
}

function RevokeDialog({ revoking, close }: { revoking: ApiKey | null; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<ApiKey | null>(null)
  if (revoking !== null && revoking !== last) setLast(revoking)
  if (last === null) return null
  return (
    <Confirm
      open={revoking !== null}
      close={close}
      title={t('keyRevokeTitle', { name: last.name })}
      act={t('keyRevoke')}
      danger
      run={async () => {
        await call('DELETE', '/keys/{id}', { path: { id: last.id } })
        await drop(['/keys'])
        tell.done(t('keyRevoked'))
      }}
    >
      {t('keyRevokeBody', { tail: last.tail })}
    </Confirm>
  )
}
