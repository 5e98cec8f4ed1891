import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { Notice } from '@/shared/ui/Notice'
import { estimate, pieces } from './bill'
import css from './cart.module.css'
import { commandOf } from './commands'
import { Act, IconAct, Switch } from './parts'
import { text } from './text'
import { useTill } from './till'

/** The foot of the bill: what it comes to, and the next thing to do. */
export function Totals() {
  const t = useText(text)
  const format = useFormat()
  const { bill, pricing, total, attempt, situation, pane } = useTill()
  const { quote, fresh, problem } = pricing
  const count = pieces(bill)
  const discount = quote?.discounts.reduce((sum, one) => sum + one.amount, 0) ?? bill.discount?.amount ?? 0
  const shown = quote || attempt ? total : estimate(bill)
  const pay = commandOf('pay')
  return (
    <div className={css.totals}>
      {problem && problem.code !== 'member.frozen' && problem.status !== 0 && (
        <Notice tone="red">{problem.fields[0]?.message ?? problem.message}</Notice>
      )}
      {bill.lines.length > 0 && (
        <div className={css.rows}>
          <div className={css.row}>
            <span>
              {t('subtotal')} <em>{t('pieces', { count })}</em>
            </span>
            <span>{format.money(quote?.subtotal ?? estimate(bill))}</span>
          </div>
          {bill.discount && <DiscountRow amount={discount} reason={bill.discount.reason} />}
          {bill.memberId && <PointsRow />}
          {bill.memberId && quote && quote.earn.points > 0 && <EarnRow points={quote.earn.points} because={quote.earn.explanation[0]?.because} />}
        </div>
      )}
      <div className={css.due}>
        <span>{t('total')}</span>
        <strong data-stale={(bill.lines.length > 0 && !fresh && !attempt) || undefined} aria-live="polite">
          {format.money(shown)}
        </strong>
      </div>
      <div className={css.acts}>
        <Act id="clear" tone="plain" />
        <Act id="quantity" tone="plain" />
        {situation.mayDiscount && <Act id="discount" tone="plain" />}
      </div>
      <Act id="pay" tone="primary" large className={css.payButton}>
        {pane === 'pay' || !pay.when(situation) || !fresh ? t('doPay') : t('payAmount', { amount: format.money(total) })}
      </Act>
    </div>
  )
}

function DiscountRow({ amount, reason }: { amount: number; reason: string }) {
  const t = useText(text)
  const format = useFormat()
  const { change, situation } = useTill()
  return (
    <div className={css.row}>
      <span className={css.rowText}>
        {t('discount')} <em>{reason}</em>
      </span>
      <IconAct icon="close" label={t('takeOffDiscount')} disabled={situation.locked} onClick={() => change({ do: 'discount', discount: null })} />
      <span>{format.money(-amount)}</span>
    </div>
  )
}

function PointsRow() {
  const t = useText(text)
  const format = useFormat()
  const { bill, pricing, situation, verbs } = useTill()
  const { quote } = pricing
  const on = bill.points !== 'none'
  const usable = quote?.points_usable ?? 0
  const toggle = commandOf('points')
  return (
    <>
      <div className={css.row}>
        <span className={css.rowText}>
          {t('points')} <kbd className={css.rowCap}>F8</kbd>
        </span>
        <Switch on={on} label={t('doPoints')} disabled={!toggle.when(situation)} flip={() => toggle.do(verbs)} />
        {on ? (
          <button
            type="button"
            className={css.pointsButton}
            disabled={situation.locked || usable === 0}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => verbs.show('points')}
          >
            {t('pointsUsed', { points: format.integer(quote?.points_used ?? 0) })}
            <Icon name="down" size={14} />
          </button>
        ) : (
          <span className={css.usable}>{usable > 0 ? t('pointsUsable', { points: format.integer(usable) }) : ''}</span>
        )}
        <span className={css.rowEnd}>{on ? format.money(-(quote?.points_amount ?? 0)) : ''}</span>
      </div>
      {quote?.points_reason && (on || usable === 0) && <p className={css.why}>{quote.points_reason}</p>}
    </>
  )
}

function EarnRow({ points, because }: { points: number; because: string | undefined }) {
  const t = useText(text)
  const format = useFormat()
  return (
    <>
      <div className={css.row}>
        <span>{t('earn')}</span>
        <span className={css.gold}>+{format.points(points)}</span>
      </div>
      {because && <p className={css.because}>{because}</p>}
    </>
  )
}
