/**
 * The shapes of the API, as its description states them. Money is an integer in
 * the currency's smallest unit, points are integers, times are RFC 3339 with an
 * offset, dates YYYY-MM-DD in the merchant's time zone.
 */

/** A page of a list. */
export interface List<T> {
  items: T[]
  next_cursor?: string | null
}

// Who is here

export type Permission =
  | 'member.read'
  | 'member.read_pii'
  | 'member.write'
  | 'member.close'
  | 'ledger.read'
  | 'ledger.earn'
  | 'ledger.redeem'
  | 'ledger.adjust'
  | 'ledger.reverse'
  | 'order.read'
  | 'order.sell'
  | 'order.price'
  | 'order.discount'
  | 'order.refund'
  | 'catalog.read'
  | 'catalog.write'
  | 'store.read'
  | 'store.write'
  | 'staff.read'
  | 'staff.write'
  | 'setting.read'
  | 'setting.write'
  | 'report.read'
  | 'audit.read'
  | 'key.manage'
  | 'demo.manage'
  | 'job.read'
  | 'job.replay'

export type Role = 'owner' | 'manager' | 'cashier' | 'auditor'
export type Trade = 'retail' | 'restaurant' | 'beauty' | 'supermarket'

export interface Me {
  staff: { id: string; name: string; account: string; roles: Role[]; stores: string[] } | null
  key?: { id: string; name: string }
  permissions: Permission[]
  merchant: Merchant
  demo: boolean
}

export interface Merchant {
  id: string
  name: string
  trade: Trade
  currency: string
  timezone: string
}

export interface SignedIn {
  token: string
  expires_at: string
  staff: { id: string; name: string; account: string; roles: Role[]; stores: string[] }
}

export interface Setup {
  token: string
  merchant: string
  trade: Trade
  currency?: string
  timezone?: string
  store: { code: string; name: string }
  owner: { account: string; name?: string; password: string }
}

export interface Session {
  id: string
  created_at: string
  last_seen_at: string
  expires_at: string
  ip: string
  agent: string
  current: boolean
}

export interface ApiKey {
  id: string
  name: string
  tail: string
  scopes: string[]
  rate: number
  created_at: string
  expires_at?: string | null
  /** Only in the answer to its creation. */
  key?: string
}

// Members

export type Gender = 'male' | 'female' | 'other'
export type MemberStatus = 'active' | 'frozen' | 'closed'

export interface Member {
  id: string
  member_no: string
  /** Masked, as in 138****5678; '' when the member has none. */
  phone: string
  /** Masked, as in 张*; '' when not given. */
  name: string
  gender: Gender | ''
  /** YYYY-MM-DD, or --MM-DD where the year is not known; an L follows a lunar leap month; '' when not given. */
  birthday: string
  birthday_calendar: 'solar' | 'lunar' | ''
  tier: { code: string; name: string } | null
  tags: string[]
  status: MemberStatus
  joined_at: string
  store_id: string
  card_no?: string
  external_id?: string
  referrer_id?: string
  fields?: Record<string, unknown>
  source: string
  /** The decisions in force; only where one member is asked for. */
  consents?: Consent[] | null
}

export type Purpose = 'service' | 'marketing_sms' | 'personalised' | 'brand_sharing'

export interface Consent {
  purpose: Purpose
  granted: boolean
  version: string
  channel: string
  at: string
}

export interface NewMember {
  phone?: string
  card_no?: string
  external_id?: string
  name?: string
  gender?: Gender
  birthday?: string
  birthday_calendar?: 'solar' | 'lunar'
  store_id?: string
  referrer_code?: string
  tags?: string[]
  fields?: Record<string, unknown>
  consents?: { purpose: Purpose; granted: boolean; channel?: string }[]
}

export interface MemberInClear {
  name: string
  phone: string
  birthday: string
  card_no: string
  fields?: Record<string, unknown>
}

export interface MemberField {
  code: string
  name: string
  kind: 'text' | 'number' | 'date' | 'choice' | 'boolean'
  choices?: string[]
  required?: boolean
}

export interface MemberTag {
  tag: string
  members: number
}

export interface Message {
  id: string
  kind: string
  text: string
  created_at: string
  read_at?: string | null
}

// The ledger

export type PostingKind =
  | 'earn'
  | 'redeem'
  | 'expire'
  | 'adjust'
  | 'reverse'
  | 'opening'
  | 'hold'
  | 'capture'
  | 'release'
  | 'transfer'
  | 'exchange'
  | 'extend'
  | 'activate'

export interface Lot {
  id: string
  amount: number
  remaining?: number
  available_at?: string | null
  expires_at?: string | null
  origin?: string
}

export interface Account {
  asset: string
  balance: number
  available: number
  pending: number
  held: number
  debt: number
  expiring: { amount: number; at: string }[]
  lots?: Lot[]
}

export interface Entry {
  id: string
  posting_id: string
  kind: PostingKind
  asset: string
  /** Signed. */
  amount: number
  balance_after: number
  occurred_at: string
  recorded_at: string
  reference: string
  store_id: string
  reason: string
  /** Why, in the language of the request. */
  explanation: string
}

/** What a list that is not about members calls one: masked, '' where not given. */
export interface Called {
  member_no: string
  /** As in 张*. */
  member_name: string
  /** As in 138****5678. */
  member_phone: string
}

/** An entry in the list over all members. */
export interface BookEntry extends Entry, Called {
  member_id: string
  actor_id: string
}

export interface Posting {
  id: string
  kind: PostingKind
  asset: string
  member_id: string
  amount: number
  balance_after: number
  available_after: number
  reference: string
  reason: string
  store_id: string
  actor_id: string
  /** The posting that this one reverses. */
  reverses: string | null
  occurred_at: string
  recorded_at: string
  lots: Lot[]
}

export interface PostingDetail extends Posting {
  explanation: string
  /** How much of it was reversed so far. */
  reversed: number
  snapshot: SnapshotLine[]
}

export interface SnapshotLine {
  line_no?: number
  name: string
  quantity: number
  money: number
  points: number
}

export interface Reversal extends Posting {
  returned: number
  /** What was taken, debt included. */
  clawed_back: number
  debt: number
  /** What could not be taken and was written off, and what had expired before. */
  forgiven: number
  lapsed: number
}

export interface Balance {
  member_id: string
  asset: string
  balance: number
  available: number
}

export * from './typesTrade'

// The work in the background

/** How the jobs stand. `due_for` is in seconds; the retrying are counted among the waiting. */
export interface JobSummary {
  waiting: number
  retrying: number
  running: number
  dead: number
  kinds: { kind: string; dead: number }[]
  due_for: number
}

/** A job that failed for the last time. What could be about a person is left out of its error. */
export interface DeadLetter {
  id: string
  kind: string
  attempts: number
  last_error: string
  created_at: string
  failed_at: string
}

export interface Jobs extends List<DeadLetter> {
  summary: JobSummary
}

export interface Replayed {
  replayed: number
  left: number
}
