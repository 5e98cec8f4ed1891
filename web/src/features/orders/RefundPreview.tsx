import type { Problem } from '@/shared/api/problem'
import type { Order, RefundAnswer } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { Notice } from '@/shared/ui/Notice'
import { Points } from '@/shared/ui/values'
import { pointsEffects } from './order'
import css from './refund.module.css'
import { text } from './text'

interface Props {
  order: Order
  answer: RefundAnswer | undefined
  problem: Problem | null
  fresh: boolean
}

/** What the refund will do to money and points, as the server worked it out. */
export function RefundPreview({ order, answer, problem, fresh }: Props) {
  const t = useText(text)
  return (
    <section className={css.preview} aria-label={t('preview')} aria-live="polite" aria-busy={!fresh && answer !== undefined}>
      <h3>{t('preview')}</h3>
      {problem ? (
        <Notice tone="red">
          {(problem.fields.length > 0 ? problem.fields.map((field) => field.message) : [problem.message]).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      ) : answer ? (
        <Result order={order} answer={answer} fresh={fresh} />
      ) : (
        <p className={css.quiet}>{t('previewNone')}</p>
      )}
    </section>
  )
}

function Result({ order, answer, fresh }: { order: Order; answer: RefundAnswer; fresh: boolean }) {
  const t = useText(text)
  const format = useFormat()
  const effects = pointsEffects(answer)
  return (
    <>
      <div className={css.result} data-stale={!fresh || undefined}>
        <dl>
          <div className={css.large}>
            <dt>{t('toCustomer')}</dt>
            <dd>{format.money(answer.amount)}</dd>
          </div>
          {answer.refunds.map((tender) => (
            <div key={tender.method}>
              <dt>{t('byTender', { method: t(tender.method) })}</dt>
              <dd>{format.money(tender.amount)}</dd>
            </div>
          ))}
        </dl>
        {order.member_id ? (
          <dl>
            <div className={css.large}>
              <dt>{t('toPoints')}</dt>
              <dd>
                <Points amount={answer.points_returned - answer.points_clawed_back} signed />
              </dd>
            </div>
            {effects.map((effect) => (
              <div key={effect.key}>
                <dt>{t(effect.key)}</dt>
                <dd>{effect.moves ? format.signed(effect.points) : format.integer(effect.points)}</dd>
              </div>
            ))}
            {effects.length === 0 && (
              <div>
                <dt>{t('noPoints')}</dt>
                <dd>0</dd>
              </div>
            )}
            {answer.member_balance !== null && (
              <div className={css.after}>
                <dt>{t('balanceAfter')}</dt>
                <dd>{format.integer(answer.member_balance)}</dd>
              </div>
            )}
          </dl>
        ) : (
          <p className={css.quiet}>{t('noMember')}</p>
        )}
      </div>
      {answer.points_debt > 0 && <Notice tone="amber">{t('debtNotice', { points: format.integer(answer.points_debt) })}</Notice>}
      {answer.points_forgiven > 0 && <Notice tone="amber">{t('forgivenNotice', { points: format.integer(answer.points_forgiven) })}</Notice>}
    </>
  )
}
