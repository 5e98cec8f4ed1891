import { useEffect, useRef, useState } from 'react'
import { useList } from '@/shared/api/query'
import type { Member } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Icon } from '@/shared/icons/Icon'
import { Chip } from '@/shared/ui/values'
import { phoneIn } from './box'
import { EnrolForm } from './EnrolForm'
import css from './member.module.css'
import { Button, PaneHead } from './parts'
import { text } from './text'
import { useTill } from './till'

/** Finds the member of the bill, or enrols somebody on the spot. */
export function MemberPane() {
  const t = useText(text)
  const { can } = useSession()
  const { memberQuery, lookForMember, setMember } = useTill()
  const [query, setQuery] = useState(memberQuery)
  const [enrolling, setEnrolling] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const q = query.trim()
  const phone = phoneIn(q)
  const found = useList<Member>('/members', { query: { q: phone || q } }, { limit: 20, enabled: q.length >= 2 })
  const members = found.items.filter((member) => member.status !== 'closed')
  const known = q.length >= 2 && found.isSuccess && !found.isPlaceholderData

  useEffect(() => {
    setQuery(memberQuery)
    setEnrolling(false)
  }, [memberQuery])
  useEffect(() => field.current?.focus(), [])

  const canEnrol = can('member.write')
  const toEnrol = canEnrol && (enrolling || (known && members.length === 0 && phone !== ''))
  return (
    <section className={css.pane} aria-label={t('memberFind')}>
      <PaneHead title={t('memberFind')}>
        {canEnrol && !toEnrol && (
          <Button icon="plus" onClick={() => setEnrolling(true)}>
            {t('enrolNew')}
          </Button>
        )}
      </PaneHead>
      <div className={css.body}>
        {!enrolling && (
          <label className={css.find}>
            <Icon name="search" size={20} />
            <input
              ref={field}
              type="text"
              inputMode="search"
              enterKeyHint="search"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={query}
              placeholder={t('memberFindHint')}
              aria-label={t('memberFindHint')}
              onChange={(e) => setQuery(e.target.value)}
              onKeyDown={(e) => {
                if (e.key !== 'Enter' || e.nativeEvent.isComposing) return
                if (members.length === 1 && members[0] && known) setMember(members[0])
                else lookForMember(query)
              }}
            />
          </label>
        )}
        {toEnrol ? (
          <EnrolForm key={phone} phone={phone} close={() => setEnrolling(false)} inline={!enrolling} />
        ) : found.isError ? (
          <ErrorState problem={found.error} retry={() => void found.refetch()} />
        ) : q.length < 2 ? (
          <Empty icon="members" title={t('memberBegin')} line={t('memberBeginLine')} />
        ) : known && members.length === 0 ? (
          <Empty icon="members" title={t('memberNone', { q })} line={t(canEnrol ? 'memberNoneLine' : 'memberNoneReadOnly')} />
        ) : (
          <Found members={members} />
        )}
      </div>
    </section>
  )
}

function Found({ members }: { members: Member[] }) {
  const t = useText(text)
  const { setMember } = useTill()
  return (
    <>
      {members.length > 0 && <p className={css.count}>{t('membersFound', { count: members.length })}</p>}
      <ul className={css.list}>
        {members.map((member) => (
          <li key={member.id}>
            <button type="button" className={css.row} onClick={() => setMember(member)}>
              <span className={css.face}>{member.name ? member.name.slice(0, 1) : <Icon name="members" size={20} />}</span>
              <span className={css.who}>
                <strong>
                  {member.name || t('memberNameless')}
                  {member.status === 'frozen' ? <Chip tone="red">{t('memberFrozen')}</Chip> : member.tier?.name && <Chip tone="jade">{member.tier.name}</Chip>}
                </strong>
                <small>{t('memberNo', { no: member.member_no })}</small>
              </span>
              <span className={css.phone}>{member.phone}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
