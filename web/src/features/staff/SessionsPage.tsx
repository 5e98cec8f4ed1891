import { Button } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useDrop, useList } from '@/shared/api/query'
import type { Session } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { Confirm } from '@/shared/ui/Confirm'
import { DataTable, type Column } from '@/shared/ui/DataTable'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Card, PageHead } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import { Time } from '@/shared/ui/values'
import { SectionNav } from './SectionNav'
import css from './staff.module.css'
import { deviceOf } from './staff'
import { text } from './text'

/** Where one's own account is signed in. */
export default function SessionsPage() {
  const t = useText(text)
  const [ending, setEnding] = useState<Session | null>(null)
  const sessions = useList<Session>('/sessions', {}, { limit: 0 })
  const columns: Column<Session>[] = [
    {
      key: 'device',
      title: t('device'),
      render: (s) => (
        <span title={s.agent}>
          {deviceOf(s.agent) || t('unknownDevice')}
          {s.current && <span className={css.you}>{t('thisOne')}</span>}
        </span>
      ),
    },
    { key: 'ip', title: t('ip'), width: 160, render: (s) => s.ip },
    { key: 'seen', title: t('lastSeen'), width: 152, render: (s) => <Time at={s.last_seen_at} /> },
    { key: 'since', title: t('since'), width: 152, render: (s) => <Time at={s.created_at} /> },
    { key: 'until', title: t('until'), width: 152, from: 'wide', render: (s) => <Time at={s.expires_at} /> },
    {
      key: 'end',
      sentence: true,
      title: '',
      align: 'right',
      width: 144,
      render: (s) =>
        !s.current && (
          <Button size="small" onClick={() => setEnding(s)}>
            {t('endSession')}
          </Button>
        ),
    },
  ]
  return (
    <div className={css.page}>
      <PageHead title={t('sessionsTitle')} line={t('sessionsLine')} />
      <SectionNav />
      <Card flush>
        {sessions.isError ? (
          <ErrorState problem={sessions.error} retry={() => void sessions.refetch()} />
        ) : sessions.isSuccess && sessions.items.length === 0 ? (
          <Empty compact title={t('sessionsEmpty')} />
        ) : (
          <DataTable<Session> label={t('sessionsTitle')} columns={columns} rows={sessions.items} rowKey={(s) => s.id} loading={sessions.isPending ? 3 : undefined} />
        )}
      </Card>
      <EndDialog session={ending} close={() => setEnding(null)} />
    </div>
  )
}

function EndDialog({ session, close }: { session: Session | null; close: () => void }) {
  const t = useText(text)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<Session | null>(null)
  if (session !== null && session !== last) setLast(session)
  if (last === null) return null
  return (
    <Confirm
      open={session !== null}
      close={close}
      title={t('endTitle', { device: deviceOf(last.agent) || t('unknownDevice') })}
      act={t('endSession')}
      danger
      run={async () => {
        await call('DELETE', '/sessions/{id}', { path: { id: last.id } })
        await drop(['/sessions'])
        tell.done(t('ended'))
      }}
    >
      {t('endBody', { at: format.minute(last.last_seen_at), ip: last.ip })}
    </Confirm>
  )
}
