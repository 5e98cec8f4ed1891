import type { Permission, Role, RoleItem, Staff } from '@/shared/api/types'

/** What the form of a staff member holds. */
export interface StaffValues {
  account: string
  name?: string
  password?: string
  roles: Role[]
  /** Whether only some stores may be used; then `stores` says which. */
  limited: boolean
  stores?: string[]
}

/** How many characters a password of these roles has at least; those who may do much need more. */
export function passwordLength(roles: readonly Role[]): 8 | 12 {
  return roles.includes('owner') || roles.includes('manager') ? 12 : 8
}

export type PasswordRule = 'length' | 'own' | 'plain'

/**
 * The rules that a password does not keep yet, as far as they can be told here;
 * the server also knows the passwords that everybody tries first.
 */
export function passwordFaults(password: string, roles: readonly Role[], own: readonly (string | undefined)[]): PasswordRule[] {
  const faults: PasswordRule[] = []
  const characters = [...password]
  if (characters.length < passwordLength(roles)) faults.push('length')
  const low = password.toLowerCase()
  if (own.some((word) => word !== undefined && [...word].length > 1 && low.includes(word.toLowerCase()))) faults.push('own')
  if (characters.length > 0 && (new Set(characters).size < 4 || /^\d+$/.test(password))) faults.push('plain')
  return faults
}

/** A new member of staff as the API takes it. */
export function createBody(values: StaffValues): Record<string, unknown> {
  return {
    account: values.account.trim(),
    ...(values.name?.trim() ? { name: values.name.trim() } : {}),
    password: values.password,
    roles: values.roles,
    stores: values.limited ? (values.stores ?? []) : [],
  }
}

/** Only what differs is sent. */
export function changeBody(before: Staff, after: StaffValues): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const sorted = (all: readonly string[]) => [...all].toSorted().join(' ')
  const name = after.name?.trim()
  if (name && name !== before.name) body.name = name
  if (sorted(after.roles) !== sorted(before.roles)) body.roles = after.roles
  const stores = after.limited ? (after.stores ?? []) : []
  if (sorted(stores) !== sorted(before.stores)) body.stores = stores
  return body
}

/** Everything that the roles together may do, in the order of the owner's list. */
export function mayDo(roles: readonly Role[], known: readonly RoleItem[]): Permission[] {
  const order = known.find((item) => item.role === 'owner')?.permissions ?? []
  const held = new Set(known.filter((item) => roles.includes(item.role)).flatMap((item) => item.permissions))
  return [...order.filter((permission) => held.has(permission)), ...[...held].filter((permission) => !order.includes(permission))]
}

/** The part of the product that a permission is about: order.refund is about order. */
export function groupOf(permission: string): string {
  return permission.split('.')[0] ?? permission
}

/** Permissions by the part of the product that they are about, in their order. */
export function grouped(permissions: readonly Permission[]): { group: string; permissions: Permission[] }[] {
  const groups = new Map<string, Permission[]>()
  for (const permission of permissions) {
    const group = groupOf(permission)
    groups.set(group, [...(groups.get(group) ?? []), permission])
  }
  return [...groups].map(([group, all]) => ({ group, permissions: all }))
}

/** Where a session runs, in the words people know: Chrome · Windows. What is not known is shown as it came; '' for nothing. */
export function deviceOf(agent: string): string {
  const browser =
    /MicroMessenger/.test(agent) ? 'WeChat'
    : /Edg\//.test(agent) ? 'Edge'
    : /Firefox\//.test(agent) ? 'Firefox'
    : /Chrome\//.test(agent) ? 'Chrome'
    : /Safari\//.test(agent) ? 'Safari'
    : ''
  const system =
    /Windows/.test(agent) ? 'Windows'
    : /iPhone|iPad/.test(agent) ? 'iOS'
    : /HarmonyOS/.test(agent) ? 'HarmonyOS'
    : /Android/.test(agent) ? 'Android'
    : /Mac OS X/.test(agent) ? 'macOS'
    : /Linux/.test(agent) ? 'Linux'
    : ''
  return [browser, system].filter(Boolean).join(' · ') || agent
}
