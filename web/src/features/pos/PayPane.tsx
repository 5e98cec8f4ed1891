import { useEffect, useRef } from 'react'
import type { Tender } from '@/shared/api/types'
import { currencyDigits, currencySign, moneyFigure } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { Notice } from '@/shared/ui/Notice'
import { Splash } from '@/shared/ui/Splash'
import { capOf, commandOf } from './commands'
import { Act, Button, IconAct, Pad, PaneHead } from './parts'
import css from './pay.module.css'
import { methods, mostChange, quickAmounts, typed } from './tender'
import { text } from './text'
import { useTill } from './till'

/** Takes the money: cash with its change, card, other, or several of them. */
export function PayPane() {
  const t = useText(text)
  const { sale } = useTill()
  return (
    <section className={css.pane} aria-label={t('payTitle')}>
      <PaneHead title={t('payTitle')} />
      {sale.standing === 'unsure' ? <Unsure /> : <Taking />}
    </section>
  )
}

/** The sale was sent and no answer came: it is being asked again, and nothing else can be done to it. */
function Unsure() {
  const t = useText(text)
  const format = useFormat()
  const { sale, attempt, online } = useTill()
  return (
    <div className={css.unsure} role="status">
      <Splash />
      <h2>{t('unsureTitle')}</h2>
      <p>{t('unsureLine', { amount: format.money(attempt?.total ?? 0) })}</p>
      {sale.tries > 0 && <p className={css.slate}>{t('unsureTries', { count: sale.tries })}</p>}
      {!online && <Notice tone="amber">{t('offlineLine')}</Notice>}
      <div className={css.unsureActs}>
        <Button large onClick={sale.check}>
          {t('unsureCheck')}
        </Button>
        <Button tone="primary" large onClick={sale.retry}>
          {t('unsureRetry')}
        </Button>
      </div>
    </div>
  )
}

function Taking() {
  const t = useText(text)
  const format = useFormat()
  const { pay, total, pricing, sale } = useTill()
  const { problem } = pricing
  // Parts that were taken of another total would no longer add up.
  const { dropParts } = pay
  useEffect(() => dropParts(), [total, dropParts])
  const changed = sale.refused?.code === 'payments.mismatch'
  if (!pricing.quote && !problem) return <Splash />
  return (
    <div className={css.body}>
      {sale.refused && (
        <Notice tone="red">
          {changed ? t('priceChanged') : (sale.refused.fields[0]?.message ?? sale.refused.message)} {t('refusedLine')}
        </Notice>
      )}
      {problem && !sale.refused && <Notice tone="red">{problem.fields[0]?.message ?? problem.message}</Notice>}
      {pricing.quote && (
        <div className={css.due}>
          <span>{t(pay.parts.length > 0 ? 'dueLeft' : 'due')}</span>
          <strong data-stale={(!pricing.fresh && sale.standing === 'none') || undefined}>{format.money(pay.left)}</strong>
        </div>
      )}
      {pay.parts.length > 0 && <PartsTaken />}
      {pricing.quote && total > 0 && <Methods />}
      {pricing.quote && (total > 0 ? <Amount /> : <Charge label={t('chargeNothing')} />)}
    </div>
  )
}

function PartsTaken() {
  const t = useText(text)
  const format = useFormat()
  const { pay, situation } = useTill()
  return (
    <ul className={css.parts} aria-label={t('partTaken')}>
      {pay.parts.map((part, i) => (
        <li key={i}>
          <span>{t(part.method)}</span>
          <strong>{format.money(part.amount)}</strong>
          <IconAct
            icon="close"
            label={t('removePart', { method: t(part.method), amount: format.money(part.amount) })}
            disabled={situation.locked}
            onClick={() => pay.removePart(i)}
          />
        </li>
      ))}
    </ul>
  )
}

function Methods() {
  const t = useText(text)
  const { pay, situation, verbs } = useTill()
  return (
    <div className={css.methods} role="radiogroup" aria-label={t('payments')}>
      {methods.map((method) => {
        const command = commandOf(method)
        return (
          <button
            key={method}
            type="button"
            role="radio"
            aria-checked={pay.method === method}
            className={css.method}
            disabled={!command.when(situation)}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => command.do(verbs)}
          >
            {t(method)}
            <kbd>{capOf(command.keys[0] ?? '')}</kbd>
          </button>
        )
      })}
    </div>
  )
}

function Amount() {
  const t = useText(text)
  const format = useFormat()
  const { pay, situation } = useTill()
  const field = useRef<HTMLInputElement>(null)
  const digits = currencyDigits(format.currency)
  const { offer } = pay
  // The cursor stands ready for the amount, except where that would call up an on-screen keyboard.
  useEffect(() => {
    if (window.matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [pay.method, pay.parts.length])
  const set = (next: string) => !situation.locked && pay.type(next)
  const label = pay.method === 'cash' ? t('received') : t('amountBy', { method: t(pay.method) })
  return (
    <div className={css.columns}>
      <div className={css.left}>
        <label className={css.amount}>
          <span>{label}</span>
          <span className={css.amountBox}>
            {currencySign(format.currency)}
            <input
              ref={field}
              data-till="amount"
              inputMode="decimal"
              autoComplete="off"
              readOnly={situation.locked}
              value={pay.typed}
              placeholder={moneyFigure(pay.left, format.currency)}
              onChange={(e) => {
                const plain = e.target.value.normalize('NFKC').replace(/[，。]/g, '.').replace(/[^\d.]/g, '')
                set([...plain].reduce((before, key) => typed(before, key, digits), ''))
              }}
            />
          </span>
        </label>
        {pay.method === 'cash' && <QuickAmounts />}
        <p className={css.slate}>{pay.typed === '' ? t('amountExact', { amount: format.money(pay.left) }) : ' '}</p>
        <Outcome method={pay.method} />
        <Charge label={'fault' in offer || offer.left === 0 ? t('charge', { amount: format.money('fault' in offer ? pay.left : offer.applied) }) : t('takePart', { amount: format.money(offer.applied), left: format.money(offer.left) })} />
      </div>
      <div className={css.right}>
        <Pad decimals={digits > 0} disabled={situation.locked} press={(key) => set(typed(pay.typed, key, digits))} />
      </div>
    </div>
  )
}

function QuickAmounts() {
  const t = useText(text)
  const format = useFormat()
  const { pay, situation } = useTill()
  const digits = currencyDigits(format.currency)
  const plain = (amount: number) => moneyFigure(amount, format.currency).replace(/\.0+$/, '')
  return (
    <div className={css.quick} role="group" aria-label={t('received')}>
      <Button disabled={situation.locked} aria-pressed={pay.typed === ''} onClick={() => pay.type('')}>
        {t('exact')}
      </Button>
      {quickAmounts(pay.left, digits).map((amount) => (
        <Button key={amount} disabled={situation.locked} aria-pressed={pay.typed === plain(amount)} onClick={() => pay.type(plain(amount))}>
          {currencySign(format.currency) + format.integer(amount / 10 ** digits)}
        </Button>
      ))}
    </div>
  )
}

/** What the amount would do: the change, large, or why it cannot be taken. */
function Outcome({ method }: { method: Tender }) {
  const t = useText(text)
  const format = useFormat()
  const { pay } = useTill()
  const { offer } = pay
  if ('fault' in offer) {
    const said = {
      none: t('amountNone'),
      tooMuch: t('tooMuch', { method: t(method), left: format.money(pay.left) }),
      tooMuchCash: t('tooMuchCash', { most: format.money(mostChange) }),
      tooMany: t('tooMany'),
    }
    return <Notice tone="red">{said[offer.fault]}</Notice>
  }
  if (method !== 'cash') return null
  return (
    <div className={css.change} data-some={offer.change > 0 || undefined} aria-live="polite">
      <span>{t('change')}</span>
      <strong>{format.money(offer.change)}</strong>
    </div>
  )
}

function Charge({ label }: { label: string }) {
  const t = useText(text)
  const { sale, total, pay } = useTill()
  if (sale.standing === 'sending') {
    return (
      <Button tone="primary" large className={css.charge} disabled aria-busy="true">
        {t('sending')}
      </Button>
    )
  }
  if (total > 0 && 'fault' in pay.offer) {
    return (
      <Button tone="primary" large className={css.charge} disabled>
        {label}
      </Button>
    )
  }
  return (
    <Act id="charge" tone="primary" large className={css.charge}>
      {label}
    </Act>
  )
}
