import { useState, type FormEvent } from 'react'
import { newKey } from '@/shared/api/client'
import { currencyDigits, currencySign, moneyFigure, parseMoney } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { estimate, pieces } from './bill'
import { mostQuantity } from './box'
import { capOf, commands, type CommandGroup } from './commands'
import { Button, Choices, Dialog, Pad } from './parts'
import css from './sheets.module.css'
import { typed } from './tender'
import { text } from './text'
import { useTill } from './till'

const groups: readonly CommandGroup[] = ['groupFind', 'groupBill', 'groupPay', 'groupMore']

/** Every key, from the one list. */
export function KeySheet() {
  const t = useText(text)
  const { situation } = useTill()
  const mine = commands.filter((command) => (command.id !== 'discount' || situation.mayDiscount) && (command.id !== 'member' || situation.mayReadMembers))
  return (
    <Dialog title={t('doKeys')} line={t('keysLine')} wide>
      <div className={css.keys}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            <dl>
              {mine
                .filter((command) => command.group === group)
                .map((command) => (
                  <div key={command.id}>
                    <dt>{t(command.name)}</dt>
                    <dd>
                      {command.keys.map((key) => (
                        <kbd key={key}>{capOf(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={css.small}>{t('keysBox')}</p>
    </Dialog>
  )
}

/** A figure typed by hand or on the pad; the first key replaces what stands there. */
function useFigure(initial: string, digits: number) {
  const [value, setValue] = useState(initial)
  const [untouched, setUntouched] = useState(true)
  const press = (key: string) => {
    setValue((before) => typed(untouched && key !== 'back' ? '' : before, key, digits))
    setUntouched(false)
  }
  const write = (said: string) => {
    setValue([...said.normalize('NFKC').replace(/[^\d.]/g, '')].reduce((before, key) => typed(before, key, digits), ''))
    setUntouched(false)
  }
  const put = (next: string) => {
    setValue(next)
    setUntouched(true)
  }
  return { value, press, write, put }
}

function FigureField({ value, write, label, sign, bad }: { value: string; write: (said: string) => void; label: string; sign?: string; bad?: string }) {
  return (
    <div>
      <span className={css.figure} data-bad={bad ? true : undefined}>
        {sign}
        <input data-first inputMode="decimal" autoComplete="off" value={value} aria-label={label} onFocus={(e) => e.target.select()} onChange={(e) => write(e.target.value)} />
      </span>
      {bad && (
        <p className={css.bad} role="alert">
          {bad}
        </p>
      )}
    </div>
  )
}

/** How many of the selected line. */
export function QuantitySheet() {
  const t = useText(text)
  const { bill, change, verbs } = useTill()
  const line = bill.lines.find((one) => one.sku === bill.selected)
  const figure = useFigure(String(line?.quantity ?? 1), 0)
  const quantity = Number(figure.value)
  const good = quantity >= 1 && quantity <= mostQuantity
  if (!line) return null
  const send = (e: FormEvent) => {
    e.preventDefault()
    if (!good) return
    change({ do: 'quantity', sku: line.sku, quantity })
    verbs.show('')
  }
  return (
    <Dialog title={t('doQuantity')} line={line.name}>
      <form className={css.form} onSubmit={send}>
        <FigureField value={figure.value} write={figure.write} label={t('quantityOf', { name: line.name })} bad={figure.value !== '' && !good ? t('quantityRange') : undefined} />
        <Pad press={figure.press} />
        <Button type="submit" tone="primary" large disabled={!good} cap="Enter">
          {good ? t('quantityDo', { count: quantity }) : t('doQuantity')}
        </Button>
      </form>
    </Dialog>
  )
}

/** How many points pay. */
export function PointsSheet() {
  const t = useText(text)
  const f = useFormat()
  const { pricing, change, verbs } = useTill()
  const usable = pricing.quote?.points_usable ?? 0
  const figure = useFigure(String(pricing.quote?.points_used ?? usable), 0)
  const wish = Number(figure.value)
  const good = wish >= 1 && wish <= usable
  const use = (points: number | 'max') => {
    change({ do: 'points', wish: points })
    verbs.show('')
  }
  return (
    <Dialog title={t('pointsTitle')} line={pricing.quote?.points_reason}>
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault()
          if (good) use(wish === usable ? 'max' : wish)
        }}
      >
        <FigureField value={figure.value} write={figure.write} label={t('pointsTitle')} bad={wish > usable ? t('pointsTooMany', { points: f.integer(usable) }) : undefined} />
        <Button onClick={() => use('max')}>{t('pointsMost', { points: f.integer(usable) })}</Button>
        <Pad press={figure.press} />
        <Button type="submit" tone="primary" large disabled={!good} cap="Enter">
          {t('pointsDo', { points: f.integer(good ? wish : usable) })}
        </Button>
      </form>
    </Dialog>
  )
}

/** What share is taken off, in percent. */
const shares = [5, 10, 15, 20] as const

/** A discount on the whole bill; the server asks why. */
export function DiscountSheet() {
  const t = useText(text)
  const f = useFormat()
  const { bill, pricing, change, verbs } = useTill()
  const digits = currencyDigits(f.currency)
  const subtotal = pricing.quote?.subtotal ?? estimate(bill)
  const figure = useFigure(bill.discount ? moneyFigure(bill.discount.amount, f.currency) : '', digits)
  const [reason, setReason] = useState(bill.discount?.reason ?? '')
  const amount = parseMoney(figure.value.replace(/\.$/, ''), f.currency) ?? 0
  const tooMuch = amount > subtotal
  const good = amount > 0 && !tooMuch && reason.trim() !== ''
  const usual = [t('reasonRegular'), t('reasonDamage'), t('reasonRound'), t('reasonManager')]
  const whole = 10 ** digits
  const put = (off: number) => figure.put(moneyFigure(Math.round(off), f.currency))
  return (
    <Dialog title={t('discount')} line={t('discountLine')}>
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault()
          if (!good) return
          change({ do: 'discount', discount: { amount, reason: reason.trim() } })
          verbs.show('')
        }}
      >
        <FigureField
          value={figure.value}
          write={figure.write}
          sign={currencySign(f.currency)}
          label={t('discountAmount')}
          bad={tooMuch ? t('discountTooMuch', { amount: f.money(subtotal) }) : undefined}
        />
        <div className={css.quick}>
          {shares.map((share) => (
            <Button key={share} onClick={() => put((subtotal * share) / 100)}>
              {t('discountOff', { off: share })}
            </Button>
          ))}
          {digits > 0 && subtotal % whole > 0 && (
            <Button
              onClick={() => {
                put(subtotal % whole)
                setReason(t('reasonRound'))
              }}
            >
              {t('discountRound')}
            </Button>
          )}
        </div>
        <Choices items={usual} value={reason} choose={setReason} label={t('discountReason')} />
        <input className={css.text} type="text" maxLength={200} value={reason} placeholder={t('reasonNeeded')} aria-label={t('discountReason')} onChange={(e) => setReason(e.target.value)} />
        <Button type="submit" tone="primary" large disabled={!good} cap="Enter">
          {amount > 0 ? t('discountDo', { amount: f.money(amount) }) : t('discount')}
        </Button>
      </form>
    </Dialog>
  )
}

/** Asks before the bill is cleared. */
export function ClearSheet() {
  const t = useText(text)
  const f = useFormat()
  const { bill, pricing, change, verbs } = useTill()
  const count = pieces(bill)
  const amount = f.money(pricing.quote?.subtotal ?? estimate(bill))
  return (
    <Dialog title={t('clearTitle')} line={count > 0 ? t('clearLine', { count, amount }) : t('clearMemberLine')}>
      <div className={css.pair}>
        <Button large onClick={() => verbs.show('')}>
          {t('doBack')}
        </Button>
        <Button
          large
          tone="danger"
          data-first
          onClick={() => {
            change({ do: 'begin', key: newKey() })
            verbs.show('')
          }}
        >
          {t('clearDo')}
        </Button>
      </div>
    </Dialog>
  )
}
