import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { lazy, useState } from 'react'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Account, List, Member, MemberField, MemberInClear } from '@/shared/api/types'
import { useParams, useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Confirm } from '@/shared/ui/Confirm'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Later } from '@/shared/ui/Later'
import { Notice } from '@/shared/ui/Notice'
import { RecordPage, type KeyFigure } from '@/shared/ui/RecordPage'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import { Chips, Points, StatusDot } from '@/shared/ui/values'
import { calledBy, statusTone } from './member'
import { MemberDetails } from './MemberDetails'
import { MemberRecords } from './MemberRecords'
import css from './members.module.css'
import { text } from './text'

const EditDrawer = lazy(() => import('./EditDrawer').then((m) => ({ default: m.EditDrawer })))
const AdjustDrawer = lazy(() => import('@/shared/ledger/AdjustDrawer').then((m) => ({ default: m.AdjustDrawer })))

type Turn = 'freeze' | 'unfreeze' | 'close'

export default function MemberPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const member = useApi<Member>('/members/{id}', { path: { id } })
  if (member.isPending) return <Splash />
  if (member.isError) return <ErrorState problem={member.error} retry={() => void member.refetch()} page />
  return <Record key={id} member={member.data} />
}

function Record({ member }: { member: Member }) {
  const t = useText(text)
  const { can } = useSession()
  const format = useFormat()
  const [state, setState] = useUrlState()
  const [clear, setClear] = useState<MemberInClear | null>(null)
  const [turning, setTurning] = useState<Turn | null>(null)
  const [revealing, setRevealing] = useState(false)
  const accounts = useApi<List<Account>>('/members/{id}/accounts', { path: { id: member.id } }, { enabled: can('ledger.read') })
  const fields = useApi<List<MemberField>>('/member-fields')
  const account = accounts.data?.items.find((item) => item.asset === 'points')
  const masked = new Set((fields.data?.items ?? []).filter((field) => field.kind === 'text').map((field) => field.code))
  const closed = member.status === 'closed'

  return (
    <>
      <RecordPage
        back={{ to: '/members', label: t('title') }}
        title={clear?.name || member.name || t('nameless')}
        number={member.member_no}
        status={<StatusDot tone={statusTone[member.status]}>{t(member.status)}</StatusDot>}
        line={
          <div className={css.facts}>
            <span>{clear?.phone || member.phone}</span>
            {!clear && can('member.read_pii') && (
              <button type="button" className={css.reveal} onClick={() => setRevealing(true)}>
                <RevealWord />
              </button>
            )}
            {member.tier && <span>{member.tier.name}</span>}
            {member.tags.length > 0 && <Chips items={member.tags} most={6} />}
          </div>
        }
        above={
          member.status !== 'active' && (
            <Notice tone={closed ? 'slate' : 'amber'}>{t(closed ? 'closedNotice' : 'frozenNotice')}</Notice>
          )
        }
        figures={can('ledger.read') ? keyFigures(account, t, format) : undefined}
        actions={!closed && <Actions member={member} turn={setTurning} open={(what) => setState({ do: what }, { push: true })} />}
        side={<MemberDetails member={member} clear={clear} fields={fields.data?.items ?? []} />}
      >
        <MemberRecords member={member} account={account} />
      </RecordPage>
      <Later open={state.do === 'edit'}>
        <EditDrawer member={member} maskedFields={masked} open={state.do === 'edit'} close={() => setState({ do: '' })} />
      </Later>
      <Later open={state.do === 'adjust'}>
        <AdjustDrawer memberId={member.id} open={state.do === 'adjust'} close={() => setState({ do: '' })} />
      </Later>
      <TurnDialog member={member} points={account?.balance ?? 0} turn={turning} close={() => setTurning(null)} />
      <RevealDialog member={member} open={revealing} close={() => setRevealing(false)} shown={setClear} />
    </>
  )
}

function RevealWord() {
  const w = useText(words)
  return <>{w('reveal')}</>
}

function keyFigures(account: Account | undefined, t: (key: FigureKey, values?: Record<string, string>) => string, format: ReturnType<typeof useFormat>): KeyFigure[] {
  const points = (amount: number | undefined) => (amount === undefined ? '…' : <Points amount={amount} />)
  const next = account?.expiring[0]
  return [
    { label: t('balance'), value: points(account?.balance), definition: t('balanceDef') },
    {
      label: t('available'),
      value: points(account?.available),
      hint: account && account.held > 0 ? t('heldBeside', { points: format.points(account.held) }) : undefined,
      definition: t('availableDef'),
    },
    { label: t('pending'), value: points(account?.pending), definition: t('pendingDef') },
    {
      label: t('expiring'),
      value: points(account ? (next?.amount ?? 0) : undefined),
      hint: account && (next ? t('expiringOn', { day: format.lastDay(next.at) }) : t('expiringNone')),
      definition: t('expiringDef'),
    },
    { label: t('debt'), value: points(account?.debt), definition: t('debtDef') },
  ]
}

type FigureKey =
  | 'balance'
  | 'balanceDef'
  | 'available'
  | 'availableDef'
  | 'heldBeside'
  | 'pending'
  | 'pendingDef'
  | 'expiring'
  | 'expiringDef'
  | 'expiringOn'
  | 'expiringNone'
  | 'debt'
  | 'debtDef'

function Actions({ member, turn, open }: { member: Member; turn: (turn: Turn) => void; open: (what: 'edit' | 'adjust') => void }) {
  const t = useText(text)
  const w = useText(words)
  const { can } = useSession()
  const navigate = useNavigate()
  const frozen = member.status === 'frozen'
  const more = [
    ...(can('member.write') ? [{ key: frozen ? 'unfreeze' : 'freeze', label: t(frozen ? 'unfreeze' : 'freeze') }] : []),
    ...(can('member.close') ? [{ key: 'close', label: t('close'), danger: true }] : []),
  ]
  return (
    <>
      {can('ledger.adjust') && !frozen && (
        <Button type="primary" onClick={() => open('adjust')}>
          {t('adjust')}
        </Button>
      )}
      {can('ledger.read') && (
        <Button icon={<Icon name="table" size={16} />} onClick={() => void navigate({ to: `/members/${member.id}/statement` })}>
          {t('statement')}
        </Button>
      )}
      {can('member.write') && (
        <Button icon={<Icon name="edit" size={16} />} onClick={() => open('edit')}>
          {w('edit')}
        </Button>
      )}
      {more.length > 0 && (
        <Dropdown trigger={['click']} placement="bottomRight" menu={{ items: more, onClick: ({ key }) => turn(key as Turn) }}>
          <Button aria-label={w('moreActions')} icon={<Icon name="more" />} />
        </Dropdown>
      )}
    </>
  )
}

const turnDone = { freeze: 'frozenDone', unfreeze: 'unfrozenDone', close: 'closedDone' } as const
const turnBody = { freeze: 'freezeBody', unfreeze: 'unfreezeBody', close: 'closeBody' } as const

function TurnDialog({ member, points, turn, close }: { member: Member; points: number; turn: Turn | null; close: () => void }) {
  const t = useText(text)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  const [last, setLast] = useState<Turn>('freeze')
  if (turn !== null && turn !== last) setLast(turn)
  const values = { name: calledBy(member), points: format.integer(points) }
  return (
    <Confirm
      open={turn !== null}
      close={close}
      title={t(last)}
      act={t(last)}
      danger={last !== 'unfreeze'}
      reason={{ label: t('turnReason'), placeholder: t('turnReasonExample') }}
      run={async (reason) => {
        await call('POST', `/members/{id}/${last}`, { path: { id: member.id }, body: { reason } })
        await drop(['/members', '/ledger'])
        tell.done(t(turnDone[last]))
      }}
    >
      {last === 'unfreeze' ? t('unfreezeBody', { name: values.name }) : t(turnBody[last], values)}
    </Confirm>
  )
}

function RevealDialog(props: { member: Member; open: boolean; close: () => void; shown: (clear: MemberInClear) => void }) {
  const t = useText(text)
  return (
    <Confirm
      open={props.open}
      close={props.close}
      title={t('revealTitle')}
      act={t('revealAct')}
      reason={{ label: t('revealReason'), placeholder: t('revealReasonExample') }}
      run={async (reason) => {
        props.shown(await call<MemberInClear>('POST', '/members/{id}/reveal', { path: { id: props.member.id }, body: { reason } }))
      }}
    >
      {t('revealBody')}
    </Confirm>
  )
}
