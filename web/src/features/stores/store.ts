import type { Store } from '@/shared/api/types'

/** What the form of a store holds. */
export type StoreValues = Pick<Store, 'code' | 'name'> & Partial<Pick<Store, 'timezone' | 'address' | 'phone'>>

const clearable = ['address', 'phone'] as const
const kept = ['code', 'name', 'timezone'] as const

/** A new store as the API takes it: what was left empty is left out. */
export function createBody(values: StoreValues): Record<string, string> {
  const entries = [...kept, ...clearable].map((name) => [name, values[name]?.trim() ?? ''] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

/** Only what differs is sent; an address or phone that was emptied is sent as null, which clears it. */
export function changeBody(before: Store, after: StoreValues): Record<string, string | null> {
  const body: Record<string, string | null> = {}
  for (const name of kept) {
    const typed = after[name]?.trim()
    if (typed && typed !== before[name]) body[name] = typed
  }
  for (const name of clearable) {
    const typed = after[name]?.trim() ?? ''
    if (typed !== before[name]) body[name] = typed || null
  }
  return body
}
