import { Link } from '@tanstack/react-router'
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Lot, Order, PostingDetail, Reversal, SnapshotLine } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { MemberName } from '@/shared/member/MemberName'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Confirm } from '@/shared/ui/Confirm'
import { DataTable, type Column } from '@/shared/ui/DataTable'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Properties } from '@/shared/ui/PageHead'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import { Copyable, Dash, Money, Points, StatusDot, Time } from '@/shared/ui/values'
import { kindTone } from './kinds'
import css from './ledger.module.css'
import { text } from './text'

/** One booking of points: why it was made, line by line, which lots it touched, and the way to reverse it. */
export function PostingDrawer({ id, close }: { id: string; close: () => void }) {
  const t = useText(text)
  const posting = useApi<PostingDetail>('/ledger/postings/{id}', { path: { id } }, { enabled: id !== '' })
  return (
    <Drawer open={id !== ''} onClose={close} size={560} title={t('posting')} destroyOnHidden>
      {posting.isPending && <Splash />}
      {posting.isError && <ErrorState problem={posting.error} retry={() => void posting.refetch()} />}
      {posting.data && <Body posting={posting.data} />}
    </Drawer>
  )
}

/** What of a posting can still be reversed; a reversal and an expiry cannot. */
function left(posting: PostingDetail): number {
  const final = ['reverse', 'expire', 'transfer', 'exchange']
  if (final.includes(posting.kind)) return 0
  return Math.abs(posting.amount) - posting.reversed
}

function Body({ posting }: { posting: PostingDetail }) {
  const t = useText(text)
  const format = useFormat()
  const { can } = useSession()
  const [reversing, setReversing] = useState(false)
  const rest = left(posting)
  return (
    <>
      <Properties
        items={[
          { label: t('kind'), value: <StatusDot tone={kindTone[posting.kind]}>{t(posting.kind)}</StatusDot> },
          { label: t('points'), value: <Points amount={posting.amount} signed /> },
          { label: t('balanceAfter'), value: <Points amount={posting.balance_after} /> },
          { label: t('member'), value: <Link to={`/members/${posting.member_id}`}><MemberName id={posting.member_id} /></Link> },
          { label: t('when'), value: <Time at={posting.occurred_at} detail="second" /> },
          { label: t('reference'), value: <Reference of={posting.reference} /> },
          ...(posting.reason ? [{ label: t('reason'), value: posting.reason }] : []),
          ...(posting.reversed > 0
            ? [{ label: t('reversed'), value: rest === 0 ? t('reversedAll') : format.points(posting.reversed) }]
            : []),
        ]}
      />
      {posting.explanation && (
        <section className={css.section}>
          <h3 className={css.sectionTitle}>{t('why')}</h3>
          <p className={css.why}>{posting.explanation}</p>
        </section>
      )}
      {posting.snapshot?.length > 0 && <Snapshot lines={posting.snapshot} />}
      {posting.lots?.length > 0 && <Lots lots={posting.lots} />}
      {rest > 0 && can('ledger.reverse') && (
        <section className={css.section}>
          <Button danger onClick={() => setReversing(true)}>
            {t('reverseDo')}
          </Button>
        </section>
      )}
      <Reverse posting={posting} rest={rest} open={reversing} close={() => setReversing(false)} />
    </>
  )
}

function Reference({ of }: { of: string | undefined }) {
  if (!of) return <Dash />
  if (of.startsWith('ord_')) return <OrderReference id={of} />
  return <Copyable value={of} />
}

/** An order is known by its number to people; whoever may not read orders sees its id. */
function OrderReference({ id }: { id: string }) {
  const { can } = useSession()
  const readable = can('order.read')
  const order = useApi<Order>('/orders/{id}', { path: { id } }, { enabled: readable })
  if (!readable || order.isError) return <Copyable value={id} />
  return <Link to={`/orders/${id}`}>{order.data?.number ?? '…'}</Link>
}

function Snapshot({ lines }: { lines: SnapshotLine[] }) {
  const t = useText(text)
  const format = useFormat()
  const columns: Column<SnapshotLine>[] = [
    { key: 'name', title: t('line'), render: (l) => l.name },
    { key: 'quantity', title: t('quantity'), align: 'right', render: (l) => format.integer(l.quantity) },
    { key: 'money', title: t('money'), align: 'right', render: (l) => <Money amount={l.money} /> },
    { key: 'points', title: t('points'), align: 'right', render: (l) => <Points amount={l.points} signed /> },
  ]
  return (
    <section className={css.section}>
      <h3 className={css.sectionTitle}>{t('snapshot')}</h3>
      <div className={css.framed}>
        <DataTable dense label={t('snapshot')} columns={columns} rows={lines} rowKey={(l) => `${l.line_no ?? ''}${l.name}`} />
      </div>
    </section>
  )
}

function Lots({ lots }: { lots: Lot[] }) {
  const t = useText(text)
  const format = useFormat()
  const columns: Column<Lot>[] = [
    { key: 'amount', title: t('lotAmount'), render: (l) => <Points amount={l.amount} signed /> },
    { key: 'from', title: t('lotFrom'), render: (l) => <Time at={l.available_at} detail="day" /> },
    { key: 'until', title: t('lotUntil'), render: (l) => format.lastDay(l.expires_at) || t('never') },
  ]
  return (
    <section className={css.section}>
      <h3 className={css.sectionTitle}>{t('lots')}</h3>
      <div className={css.framed}>
        <DataTable dense label={t('lots')} columns={columns} rows={lots} rowKey={(l) => l.id} />
      </div>
    </section>
  )
}

function Reverse(props: { posting: PostingDetail; rest: number; open: boolean; close: () => void }) {
  const t = useText(text)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  const { posting, rest } = props
  const points = format.integer(rest)
  return (
    <Confirm
      open={props.open}
      close={props.close}
      title={t('reverseTitle')}
      act={t('reverseAct', { points })}
      danger
      reason={{ label: t('reverseReason') }}
      run={async (reason, key) => {
        const done = await call<Reversal>('POST', '/ledger/reverse', { key, body: { posting_id: posting.id, reason } })
        await drop(['/ledger', '/members/{id}', '/reports'])
        tell.done(
          t('reverseDone', {
            returned: format.integer(done.returned),
            clawed: format.integer(done.clawed_back),
            debt: format.integer(done.debt),
          }),
        )
      }}
    >
      {t(posting.amount > 0 ? 'reverseEarn' : 'reverseSpend', { points })}
    </Confirm>
  )
}
