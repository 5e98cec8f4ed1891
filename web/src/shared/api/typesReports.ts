/** What a member's statement sums up of one kind. */
export interface KindSum {
  kind: string
  amount: number
  count: number
}

/** A month of a statement: opening + in_total + out_total + expired + adjusted = closing. */
export interface StatementMonth {
  month: string
  opening: number
  in: KindSum[]
  in_total: number
  out: KindSum[]
  out_total: number
  expired: number
  adjusted: number
  closing: number
  count: number
}

export interface StatementEntry {
  id: string
  posting_id: string
  kind: string
  amount: number
  balance_after: number
  occurred_at: string
  recorded_at: string
  reference: string
  reason: string
  explanation: string
}

/** What was recorded on a member's account in whole months of the merchant's time zone. */
export interface Statement {
  shop: string
  member_id: string
  member_no: string
  member_name: string
  asset: string
  asset_name: string
  scale: number
  timezone: string
  from: string
  to: string
  opening: number
  closing: number
  made_at: string
  current_month: string
  months: StatementMonth[]
  entries: StatementEntry[]
}

/** What is owed: units by what may be done with them, and their money where there is any. */
export interface Dues {
  units: number
  available: number
  pending: number
  held: number
  amount: number | null
}

export interface MonthDues extends Dues {
  /** null: it never ends. */
  month: string | null
}

export interface TierDues extends Dues {
  tier: string
  name: string
  accounts: number
}

/** How the price of a sale divides between revenue and what is owed in points. */
export interface Allocation {
  sale: number
  points: number
  value: number
  rate: number
  revenue: number
  liability: number
}

/** What the merchant owes its members of one asset. */
export interface Liability {
  asset: string
  asset_name: string
  scale: number
  as_of: string
  past: boolean
  currency: string
  worth: { points: number; amount: number } | null
  accounts: number
  total: Dues
  months: MonthDues[]
  tiers: TierDues[]
  debt: number
  debtors: number
  usage: { redeemed: number; expired: number; rate: number | null }
  example: Allocation | null
}

/** What passed between members and one programme account. */
export interface ProgrammeFlow {
  account: string
  given: number
  taken: number
  sum: number
  postings: number
}

export interface ProgrammeMonth {
  month: string
  opening: number
  accounts: ProgrammeFlow[]
  closing: number
}

/** The programme accounts by month. */
export interface Programme {
  asset: string
  asset_name: string
  scale: number
  from: string
  to: string
  opening: number
  closing: number
  months: ProgrammeMonth[]
  totals: ProgrammeFlow[]
  audit: { programme: number; members: number; ties: boolean }
}
