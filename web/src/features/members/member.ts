import type { Gender, Member, MemberStatus, OrderStatus, Purpose } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/values'

/** The colour of a member's status. */
export const statusTone: Record<MemberStatus, Tone> = { active: 'green', frozen: 'amber', closed: 'slate' }

/** The colour of an order's status. */
export const orderTone: Record<OrderStatus, Tone> = { completed: 'green', partly_refunded: 'amber', refunded: 'slate' }

export const genders: readonly Gender[] = ['female', 'male', 'other']

/** What personal data may be used for; each is agreed to apart. */
export const purposes: readonly Purpose[] = ['service', 'marketing_sms', 'personalised', 'brand_sharing']

/** What a member is called where only one word has room. */
export function calledBy(member: Pick<Member, 'name' | 'phone' | 'member_no'>): string {
  return member.name || member.phone || member.member_no
}

/** A birthday in its parts. Year '' means that it is not known. */
export interface BirthdayParts {
  year: string
  month: string
  day: string
  leap: boolean
}

const written = /^(\d{4}|-)-(\d{2})(L?)-(\d{2})$/

/** Reads a birthday as the API writes it: 1990-05-16, --05-16, 2001-04L-15. */
export function readBirthday(value: string | undefined): BirthdayParts {
  const match = written.exec(value ?? '')
  if (!match) return { year: '', month: '', day: '', leap: false }
  const [, year = '', month = '', leap, day = ''] = match
  return { year: year === '-' ? '' : year, month, day, leap: leap === 'L' }
}

/** Writes a birthday for the API; undefined while month or day is missing. */
export function writeBirthday({ year, month, day, leap }: BirthdayParts): string | undefined {
  if (month === '' || day === '') return undefined
  return `${year === '' ? '-' : year.padStart(4, '0')}-${month}${leap ? 'L' : ''}-${day}`
}
