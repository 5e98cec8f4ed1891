import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { Chip } from '@/shared/ui/values'
import css from './cart.module.css'
import { commandOf } from './commands'
import { IconAct } from './parts'
import { text } from './text'
import { useTill } from './till'

/** Who the bill is for, above its lines. */
export function MemberStrip() {
  const t = useText(text)
  const { bill, situation, verbs } = useTill()
  const command = commandOf('member')
  if (bill.memberId) return <MemberOn />
  return (
    <button
      type="button"
      className={css.stripEmpty}
      disabled={!command.when(situation)}
      onMouseDown={(e) => e.preventDefault()}
      onClick={() => command.do(verbs)}
    >
      <span className={css.face}>
        <Icon name="members" size={20} />
      </span>
      <span className={css.stripText}>
        <strong>{t('memberAdd')}</strong>
        <small>{t('memberAddLine')}</small>
      </span>
      <kbd className={css.stripCap}>F9</kbd>
    </button>
  )
}

function MemberOn() {
  const t = useText(text)
  const format = useFormat()
  const { onBill, change, situation, verbs } = useTill()
  const { member, points, problem } = onBill
  const name = member?.name || t('memberNameless')
  const soon = points?.expiring[0]
  const bad = member && member.status !== 'active'
  return (
    <div className={css.strip} data-bad={bad || undefined}>
      <button
        type="button"
        className={css.stripWho}
        disabled={!commandOf('member').when(situation)}
        onMouseDown={(e) => e.preventDefault()}
        onClick={() => verbs.open('member')}
      >
        <span className={css.face}>{member?.name ? member.name.slice(0, 1) : <Icon name="members" size={20} />}</span>
        <span className={css.stripText}>
          <strong>
            {name}
            {bad ? <Chip tone="red">{t(member.status === 'frozen' ? 'memberFrozen' : 'memberClosed')}</Chip> : member?.tier?.name && <Chip tone="jade">{member.tier.name}</Chip>}
          </strong>
          {problem ? (
            <small>{problem.message}</small>
          ) : (
            <small className={css.stripFacts}>
              {member?.phone && <span>{member.phone}</span>}
              {member && <span>{t('memberNo', { no: member.member_no })}</span>}
            </small>
          )}
        </span>
        <span className={css.stripPoints}>
          <strong>{points ? format.integer(points.available) : ' '}</strong>
          <small>{points && points.debt > 0 ? t('memberDebt', { points: format.integer(points.debt) }) : t('memberPoints')}</small>
        </span>
      </button>
      <IconAct icon="close" label={t('memberRemove')} disabled={situation.locked} onClick={() => change({ do: 'member', memberId: '' })} />
      {bad && <p className={css.stripBad}>{t('memberFrozenLine')}</p>}
      {!bad && soon && <p className={css.stripNote}>{t('memberExpiring', { points: format.integer(soon.amount), day: format.day(soon.at) })}</p>}
    </div>
  )
}
