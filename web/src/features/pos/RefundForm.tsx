import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call, newKey } from '@/shared/api/client'
import { asProblem, type Problem } from '@/shared/api/problem'
import { useDrop } from '@/shared/api/query'
import type { Order, OrderLine, RefundAnswer, RefundRequest } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { Notice } from '@/shared/ui/Notice'
import css from './orders.module.css'
import { Button, Choices, IconAct } from './parts'
import { judge } from './sale'
import { text } from './text'
import { useTill } from './till'

type Counts = Readonly<Record<string, number>>

/** What the server is asked for; null while nothing is chosen. */
export function refundOf(order: Order, counts: Counts, reason: string): RefundRequest | null {
  const lines = order.lines
    .map((line) => ({ line_id: line.line_id, quantity: counts[line.line_id] ?? 0 }))
    .filter((line) => line.quantity > 0)
  return lines.length === 0 ? null : { lines, reason }
}

/** Takes lines back. What goes back is shown by the server before anything is booked. */
export function RefundForm({ order, close }: { order: Order; close: () => void }) {
  const t = useText(text)
  const f = useFormat()
  const drop = useDrop()
  const { play, tell } = useTill()
  const [counts, setCounts] = useState<Counts>({})
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [unsure, setUnsure] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const key = useRef(newKey())
  const back = useBack(order, counts)
  const locked = busy || unsure
  const body = refundOf(order, counts, reason.trim())
  const ready = body !== null && reason.trim() !== '' && back.fresh && !busy

  const send = async () => {
    if (!body) return
    setBusy(true)
    setProblem(null)
    try {
      const done = await call<RefundAnswer>('POST', '/orders/{id}/refunds', {
        path: { id: order.id },
        body,
        key: key.current,
        signal: AbortSignal.timeout(20_000),
      })
      play('paid')
      tell('good', t('refundDone', { amount: f.money(done.amount) }))
      await drop(['/orders', '/members', '/ledger', '/reports'])
      close()
    } catch (thrown) {
      const met = asProblem(thrown)
      play('wrong')
      // What may be booked is only ever asked for again unchanged, under the same key.
      const open = judge(met, unsure) === 'unsure'
      setUnsure(open)
      setProblem(met)
      // Whoever leaves now must find the order as the server has it.
      if (open) void drop(['/orders'])
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={css.record}>
      <header className={css.recordHead}>
        <div>
          <h2>{t('refundTitle')}</h2>
          <p>{order.number}</p>
        </div>
        <Button
          disabled={locked}
          onClick={() => setCounts(Object.fromEntries(order.lines.map((line) => [line.line_id, line.refundable_quantity])))}
        >
          {t('refundAll')}
        </Button>
      </header>
      <ul className={css.lines}>
        {order.lines.map((line) => (
          <Pick key={line.line_id} line={line} count={counts[line.line_id] ?? 0} disabled={locked} set={(n) => setCounts({ ...counts, [line.line_id]: n })} />
        ))}
      </ul>
      {body ? <Back answer={back.answer} problem={back.problem} stale={!back.fresh} /> : <Notice>{t('refundPick')}</Notice>}
      <Reason reason={reason} set={setReason} disabled={locked} />
      {unsure ? <Notice tone="amber">{t('refundUnsure')}</Notice> : problem && <Notice tone="red">{problem.fields[0]?.message ?? problem.message}</Notice>}
      <div className={css.recordActs}>
        <Button disabled={locked} onClick={close}>
          {t('doBack')}
        </Button>
        <Button tone="danger" disabled={!ready && !(unsure && !busy)} aria-busy={busy} onClick={() => void send()}>
          {unsure ? t('refundAgain') : t('refundDo', { amount: f.money(body && back.answer ? back.answer.amount : 0) })}
        </Button>
      </div>
    </div>
  )
}

/** What would go back for the chosen lines, by the server; nothing is booked. */
function useBack(order: Order, counts: Counts) {
  const wanted = JSON.stringify(refundOf(order, counts, '-'))
  const [settled, setSettled] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), 200)
    return () => clearTimeout(timer)
  }, [wanted])
  const answer = useQuery<RefundAnswer, Problem>({
    queryKey: ['/orders/{id}/refunds/quote', order.id, settled],
    queryFn: ({ signal }) =>
      call<RefundAnswer>('POST', '/orders/{id}/refunds/quote', { path: { id: order.id }, body: JSON.parse(settled) as RefundRequest, signal }),
    enabled: settled !== 'null',
    staleTime: 0,
    placeholderData: (before) => before,
  })
  const fresh = wanted === settled && answer.isSuccess && !answer.isPlaceholderData && !answer.isFetching
  return { answer: answer.data, problem: answer.isFetching ? null : answer.error, fresh }
}

function Pick({ line, count, disabled, set }: { line: OrderLine; count: number; disabled: boolean; set: (count: number) => void }) {
  const t = useText(text)
  const f = useFormat()
  const most = line.refundable_quantity
  return (
    <li className={css.pick}>
      <span>
        {line.name}
        <small>
          {f.money(line.price)} · {t('refundable', { count: most })}
        </small>
      </span>
      <span className={css.stepper}>
        <IconAct icon="minus" label={t('less')} disabled={disabled || count === 0} onClick={() => set(count - 1)} />
        <button type="button" className={css.pickCount} disabled={disabled || most === 0} aria-label={t('quantityOf', { name: line.name })} onClick={() => set(count === most ? 0 : most)}>
          {f.integer(count)}
        </button>
        <IconAct icon="plus" label={t('more')} disabled={disabled || count >= most} onClick={() => set(count + 1)} />
      </span>
    </li>
  )
}

function Back({ answer, problem, stale }: { answer: RefundAnswer | undefined; problem: Problem | null; stale: boolean }) {
  const t = useText(text)
  const f = useFormat()
  if (problem) return <Notice tone="red">{problem.fields[0]?.message ?? problem.message}</Notice>
  const points = [
    ['refundReturned', answer?.points_returned ?? 0, '+'],
    ['refundClawed', answer?.points_clawed_back ?? 0, '−'],
    ['refundDebt', answer?.points_debt ?? 0, ''],
    ['refundForgiven', answer?.points_forgiven ?? 0, ''],
  ] as const
  return (
    <dl className={css.sums} data-stale={stale || undefined} aria-live="polite">
      <div data-strong>
        <dt>{t('refundMoney')}</dt>
        <dd>{f.money(answer?.amount ?? 0)}</dd>
      </div>
      {answer?.refunds.map((part, i) => (
        <div key={i}>
          <dt>{t(part.method)}</dt>
          <dd>{f.money(part.amount)}</dd>
        </div>
      ))}
      {points
        .filter(([, amount]) => amount > 0)
        .map(([name, amount, sign]) => (
          <div key={name} data-gold>
            <dt>{t(name)}</dt>
            <dd>
              {sign}
              {f.points(amount)}
            </dd>
          </div>
        ))}
    </dl>
  )
}

function Reason({ reason, set, disabled }: { reason: string; set: (reason: string) => void; disabled: boolean }) {
  const t = useText(text)
  const usual = [t('reasonQuality'), t('reasonUnwanted'), t('reasonWrong'), t('reasonMispriced')]
  return (
    <div className={css.reason}>
      <Choices items={usual} value={reason} choose={set} label={t('refundReason')} />
      <input
        type="text"
        value={reason}
        maxLength={200}
        readOnly={disabled}
        placeholder={t('refundReason')}
        aria-label={t('refundReason')}
        onChange={(e) => set(e.target.value)}
      />
    </div>
  )
}
