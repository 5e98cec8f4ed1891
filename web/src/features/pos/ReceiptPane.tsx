import { useApi } from '@/shared/api/query'
import type { Receipt } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { cashOf } from '@/shared/receipt/cash'
import { ReceiptPaper } from '@/shared/receipt/ReceiptPaper'
import { useText } from '@/shared/text/text'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Splash } from '@/shared/ui/Splash'
import { Act } from './parts'
import css from './receipt.module.css'
import { text } from './text'
import { useTill } from './till'

/** It is paid: the change, what the member earned, the receipt, and on to the next customer. */
export function ReceiptPane() {
  const t = useText(text)
  const f = useFormat()
  const { orderId, last } = useTill()
  const answer = useApi<Receipt>('/orders/{id}/receipt', { path: { id: orderId || 'none' } }, { enabled: orderId !== '' })
  const receipt = answer.data
  // The till knows the change before the receipt is there, and when it cannot be had.
  const change = last?.orderId === orderId ? last.change : receipt && cashOf(receipt.payments)?.change
  return (
    <section className={css.pane} aria-label={t('paidTitle')}>
      <div className={css.done}>
        <span className={css.badge}>
          <Icon name="check" size={32} />
        </span>
        <h1>{t('paidTitle')}</h1>
        {receipt && <p className={css.paid}>{f.money(receipt.total)}</p>}
        {change !== undefined && change > 0 && (
          <p className={css.change}>
            <span>{t('changeBack')}</span>
            <strong>{f.money(change)}</strong>
          </p>
        )}
        {receipt?.member && (
          <p className={css.points}>
            <span>
              {t('pointsEarned')} <strong>{f.signed(receipt.points_earned)}</strong>
            </span>
            <span>
              {t('pointsNow')} <strong>{f.integer(receipt.points_balance)}</strong>
            </span>
          </p>
        )}
        <div className={css.acts}>
          <Act id="next" tone="primary" large />
          <Act id="print" icon="print" large />
        </div>
      </div>
      <div className={css.slip}>
        {answer.isError ? (
          <ErrorState problem={answer.error} retry={() => void answer.refetch()} />
        ) : receipt ? (
          <ReceiptPaper receipt={receipt} />
        ) : (
          <Splash />
        )}
      </div>
    </section>
  )
}
