import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { DeadLetter, Jobs, JobSummary, Replayed } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useJobName } from '@/shared/jobs/kinds'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Confirm } from '@/shared/ui/Confirm'
import type { Column } from '@/shared/ui/DataTable'
import { ListPage } from '@/shared/ui/ListPage'
import { Notice } from '@/shared/ui/Notice'
import { KeyFigures } from '@/shared/ui/RecordPage'
import { useTell } from '@/shared/ui/tell'
import { Time } from '@/shared/ui/values'
import { chosen, replayAll, spell, stateOf } from './health'
import { LetterDrawer } from './LetterDrawer'
import { text } from './text'

/** How often the figures are fetched anew while somebody looks. */
const freshFor = 10_000

/** What is about to be tried again: one, or all of some kinds. */
type Replaying = { letter: DeadLetter } | { kinds: readonly string[]; count: number }

export default function HealthPage() {
  const t = useText(text)
  const name = useJobName()
  const { can } = useSession()
  const [state, setState] = useUrlState()
  const [rows, setRows] = useState<readonly DeadLetter[]>([])
  const [replaying, setReplaying] = useState<Replaying | null>(null)
  const summary = useSummary()
  const some = chosen(summary, state.kind ?? '')
  const columns: Column<DeadLetter>[] = [
    { key: 'job', title: t('job'), width: 216, render: (l) => name(l.kind) },
    { key: 'error', title: t('error'), sentence: true, render: (l) => l.last_error || t('noError') },
    { key: 'attempts', title: t('attempts'), align: 'right', width: 96, from: 'wide', render: (l) => t('times', { count: l.attempts }) },
    { key: 'created', title: t('createdAt'), width: 152, from: 'wide', render: (l) => <Time at={l.created_at} /> },
    { key: 'failed', title: t('failedAt'), width: 152, render: (l) => <Time at={l.failed_at} /> },
  ]
  const mayReplay = can('job.replay')
  return (
    <>
      <ListPage<DeadLetter>
        title={t('title')}
        line={t('line')}
        action={
          mayReplay &&
          some.count > 0 && (
            <Button type="primary" icon={<Icon name="retry" size={16} />} onClick={() => setReplaying(some)}>
              {t('replayAll', { count: some.count })}
            </Button>
          )
        }
        above={summary && <Standing summary={summary} />}
        path="/jobs"
        query={({ kind }) => ({ kind })}
        columns={columns}
        rowKey={(l) => l.id}
        onRows={setRows}
        open={(l) => setState({ job: l.id }, { push: true })}
        actions={mayReplay ? (l) => [{ key: 'replay', label: t('replay'), run: () => setReplaying({ letter: l }) }] : undefined}
        filters={
          (summary?.kinds.length ?? 0) > 0 || state.kind
            ? [{ kind: 'choice', name: 'kind', label: t('job'), options: (summary?.kinds ?? []).map((k) => ({ value: k.kind, label: `${name(k.kind)} · ${k.dead}` })) }]
            : []
        }
        empty={{ icon: 'check', title: t('emptyTitle'), line: t('emptyLine') }}
      />
      <LetterDrawer
        letter={rows.find((row) => row.id === state.job)}
        close={() => setState({ job: '' })}
        replay={mayReplay ? (letter) => setReplaying({ letter }) : undefined}
      />
      <ReplayDialog replaying={replaying} close={() => setReplaying(null)} done={(all) => setState(all ? { job: '', kind: '' } : { job: '' })} />
    </>
  )
}

/** The figures, fetched again and again; when the number of failed jobs changes, the list is fetched too. */
function useSummary(): JobSummary | undefined {
  const drop = useDrop()
  const answer = useApi<Jobs>('/jobs', { query: { limit: 1 } }, { refetchInterval: freshFor })
  const dead = answer.data?.summary.dead
  const before = useRef(dead)
  useEffect(() => {
    if (before.current !== undefined && dead !== undefined && before.current !== dead) void drop(['/jobs'])
    before.current = dead
  }, [dead, drop])
  return answer.data?.summary
}

/** Whether all is well, in a sentence and four figures. */
function Standing({ summary }: { summary: JobSummary }) {
  const t = useText(text)
  const format = useFormat()
  const { unit, count } = spell(summary.due_for)
  const time = t(unit, { count })
  const state = stateOf(summary)
  return (
    <>
      {state === 'failed' && <Notice tone="red">{t('isFailed', { count: summary.dead })}</Notice>}
      {state === 'late' && <Notice tone="amber">{t('isLate', { time })}</Notice>}
      {state === 'well' && <Notice tone="green">{t('well')}</Notice>}
      <KeyFigures
        items={[
          { label: t('waiting'), value: format.integer(summary.waiting), definition: t('waitingIs') },
          { label: t('retrying'), value: format.integer(summary.retrying), definition: t('retryingIs') },
          { label: t('late'), value: summary.due_for > 0 ? time : t('nothingDue'), definition: t('lateIs') },
          { label: t('failed'), value: format.integer(summary.dead), definition: t('failedIs') },
        ]}
      />
    </>
  )
}

function ReplayDialog({ replaying, close, done }: { replaying: Replaying | null; close: () => void; done: (all: boolean) => void }) {
  const t = useText(text)
  const name = useJobName()
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<Replaying | null>(null)
  if (replaying !== null && replaying !== last) setLast(replaying)
  if (last === null) return null
  const finish = async (replayed: number) => {
    await drop(['/jobs', '/audit', '/reports'])
    done('kinds' in last)
    tell.done(t('replayed', { count: replayed }))
  }
  if ('letter' in last) {
    const { id, kind } = last.letter
    return (
      <Confirm
        open={replaying !== null}
        close={close}
        title={t('replayTitle', { name: name(kind) })}
        act={t('replay')}
        run={async (_, key) => finish((await call<Replayed>('POST', '/jobs/{id}/replay', { path: { id }, key })).replayed)}
      >
        {t('replayBody')}
      </Confirm>
    )
  }
  const { kinds, count } = last
  const ask = (kind: string, key: string) => call<Replayed>('POST', '/jobs/replay', { body: { kind }, key })
  return (
    <Confirm
      open={replaying !== null}
      close={close}
      title={t('replayAllTitle', { count })}
      act={t('replayAllAct', { count })}
      run={async (_, key) => finish(await replayAll(kinds, key, ask))}
    >
      {t('replayAllBody', { count })}
    </Confirm>
  )
}
