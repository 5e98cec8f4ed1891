import type { AuditEvent } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/values'

/** One fact of a deed, before and after it. */
export interface Change {
  name: string
  before: unknown
  after: unknown
  kind: 'added' | 'removed' | 'changed' | 'same'
}

type Facts = Record<string, unknown> | null | undefined

/** Facts inside facts are named with a dot, as in validity.kind; lists stay whole. */
function flat(facts: Facts, above = ''): [string, unknown][] {
  return Object.entries(facts ?? {}).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? flat(value as Record<string, unknown>, `${above}${name}.`) : [[above + name, value] as [string, unknown]],
  )
}

/** What is not there and what is empty are the same to a reader. */
const isNothing = (value: unknown) => value === undefined || value === null || value === ''

/** Masked texts may look alike and still differ: the log names such a fact only because it changed. */
const isMasked = (value: unknown) => typeof value === 'string' && value.includes('*')

/** The facts of a deed side by side: what changed first, in the order they were told. */
export function changes(before: Facts, after: Facts): Change[] {
  const was = new Map(flat(before))
  const is = new Map(flat(after))
  const names = [...new Set([...was.keys(), ...is.keys()])]
  const all = names.map((name): Change => {
    const [a, b] = [was.get(name), is.get(name)]
    const same = (JSON.stringify(a) === JSON.stringify(b) && !isMasked(a)) || (isNothing(a) && isNothing(b))
    const kind = same ? 'same' : isNothing(a) ? 'added' : isNothing(b) ? 'removed' : 'changed'
    return { name, before: a, after: b, kind }
  })
  return [...all.filter((one) => one.kind !== 'same'), ...all.filter((one) => one.kind === 'same' && !isNothing(one.after))]
}

/** The colour of how a deed ended. */
export function resultTone(result: string): Tone {
  return result === 'denied' ? 'amber' : result === 'failed' ? 'red' : 'green'
}

/** The page of what was acted on; undefined where there is none. */
export function pageOf(event: Pick<AuditEvent, 'action' | 'object'>): string | undefined {
  const { action, object } = event
  if (!object) return undefined
  if (object.startsWith('mem_')) return `/members/${object}`
  if (object.startsWith('ord_')) return `/orders/${object}`
  if (object.startsWith('sto_')) return `/stores?store=${object}`
  if (action.startsWith('product.')) return `/products/${encodeURIComponent(object)}`
  return undefined
}

/** Whether the object of a deed is only an id, or nothing at all, and no name to a reader. */
export function isCode(object: string): boolean {
  return object === '' || /^[a-z]{3}_[0-9a-z]{16,}/.test(object)
}

/** Facts whose numbers are money, in the smallest unit. */
const money = new Set(['amount', 'price', 'total', 'refunded', 'discount', 'subtotal', 'per_amount'])

/** What a number among the facts of a deed is. The same name may be money in one deed and points in another. */
export function unitOf(action: string, name: string): 'money' | 'rate' | 'plain' {
  if (action.startsWith('ledger.')) return 'plain'
  if (action === 'order.price') return 'money'
  if (name === 'tax_rate') return 'rate'
  return money.has(name.split('.').at(-1) ?? name) ? 'money' : 'plain'
}

/** Every action that the log knows, by the part of the product that it is about. */
export const actions = {
  auth: ['auth.login', 'auth.logout', 'auth.password', 'auth.end_session', 'auth.denied'],
  member: ['member.enrol', 'member.update', 'member.reveal', 'member.freeze', 'member.unfreeze', 'member.close'],
  ledger: ['ledger.earn', 'ledger.redeem', 'ledger.adjust', 'ledger.reverse', 'ledger.opening'],
  order: ['order.refund', 'order.claim', 'order.discount', 'order.price'],
  product: ['product.create', 'product.update'],
  store: ['store.open', 'store.update'],
  staff: ['staff.create', 'staff.update'],
  key: ['key.create', 'key.revoke'],
  setting: ['setting.earning', 'setting.set'],
  member_field: ['member_field.set'],
  merchant: ['merchant.found'],
  import: ['import.orders'],
  demo: ['demo.load', 'demo.clear'],
  job: ['job.replay'],
} as const

export type Group = keyof typeof actions
