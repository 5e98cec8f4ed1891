import { Link } from '@tanstack/react-router'
import type { Member, MemberField, MemberInClear } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { MemberName } from '@/shared/member/MemberName'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Card, Properties } from '@/shared/ui/PageHead'
import { Dash, StatusDot } from '@/shared/ui/values'
import { readBirthday } from './member'
import { text } from './text'

const sources: Record<string, 'sourceStaff' | 'sourceImport' | 'sourceApi' | 'sourceDemo'> = {
  staff: 'sourceStaff',
  import: 'sourceImport',
  key: 'sourceApi',
  demo: 'sourceDemo',
}

/** What is known of a member: the narrow column of the record. */
export function MemberDetails({ member, clear, fields }: { member: Member; clear: MemberInClear | null; fields: readonly MemberField[] }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const { storeName } = useSession()
  const source = sources[member.source.split(':')[0] ?? '']
  const values = { ...member.fields, ...clear?.fields }
  const own = fields
    .filter((field) => values[field.code] !== undefined && values[field.code] !== null)
    .map((field) => ({ label: field.name, value: shown(values[field.code], w('yes'), w('no')) }))
  return (
    <>
      <Card title={t('properties')}>
        <Properties
          items={[
            { label: t('phone'), value: clear?.phone || member.phone || <Dash /> },
            { label: t('gender'), value: member.gender ? t(member.gender) : <Dash /> },
            { label: t('birthday'), value: <Birthday value={clear?.birthday || member.birthday} lunar={member.birthday_calendar === 'lunar'} /> },
            { label: t('store'), value: storeName(member.store_id) || <Dash /> },
            { label: t('joined'), value: format.minute(member.joined_at) },
            { label: t('source'), value: source ? t(source) : member.source || <Dash /> },
            ...(member.card_no ? [{ label: t('cardNo'), value: clear?.card_no || member.card_no }] : []),
            ...(member.external_id ? [{ label: t('externalId'), value: member.external_id }] : []),
            ...(member.referrer_id
              ? [{ label: t('referredBy'), value: <Link to={`/members/${member.referrer_id}`}><MemberName id={member.referrer_id} /></Link> }]
              : []),
          ]}
        />
      </Card>
      {own.length > 0 && (
        <Card title={t('ownFields')}>
          <Properties items={own} />
        </Card>
      )}
      {member.consents && member.consents.length > 0 && (
        <Card title={t('consents')}>
          <Properties
            items={member.consents.map((consent) => ({
              label: t(consent.purpose),
              value: (
                <StatusDot tone={consent.granted ? 'green' : 'slate'}>
                  {t(consent.granted ? 'agreed' : 'declined')} {format.day(consent.at)}
                </StatusDot>
              ),
            }))}
          />
        </Card>
      )}
    </>
  )
}

function shown(value: unknown, yes: string, no: string): string {
  if (typeof value === 'boolean') return value ? yes : no
  return String(value)
}

function Birthday({ value, lunar }: { value: string; lunar: boolean }) {
  const t = useText(text)
  const { year, month, day, leap } = readBirthday(value)
  if (month === '') return <Dash />
  return (
    <>
      {[year, leap ? t('leapMark') + month : month, day].filter(Boolean).join('-')} {t(lunar ? 'lunar' : 'solar')}
    </>
  )
}
