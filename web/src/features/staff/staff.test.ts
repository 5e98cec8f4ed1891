import { describe, expect, it } from 'vitest'
import type { RoleItem, Staff } from '@/shared/api/types'
import { changeBody, createBody, deviceOf, grouped, mayDo, passwordFaults, passwordLength } from './staff'

describe('a password', () => {
  it('is longer for those who may do much', () => {
    expect(passwordLength(['cashier'])).toBe(8)
    expect(passwordLength(['cashier', 'manager'])).toBe(12)
  })
  it.each([
    ['short', ['length']],
    ['linxiao-2026-x', ['own']],
    ['111111111111', ['plain']],
    ['482910573341', ['plain']],
    ['river-lamp-41', []],
  ])('%s breaks %j', (password, faults) => {
    expect(passwordFaults(password, ['owner'], ['linxiao', undefined, ''])).toEqual(faults)
  })
  it('counts characters, not bytes', () => {
    expect(passwordFaults('山水云月风花雪夜', ['cashier'], [])).toEqual([])
  })
})

describe('a member of staff', () => {
  const before: Staff = { id: 'stf_1', account: 'lin', name: '林晓', roles: ['manager', 'cashier'], stores: ['sto_1'], status: 'active', created_at: '' }
  it('of every store is sent without stores', () => {
    expect(createBody({ account: ' lin ', password: 'x', roles: ['cashier'], limited: false, stores: ['sto_1'] })).toEqual({
      account: 'lin',
      password: 'x',
      roles: ['cashier'],
      stores: [],
    })
  })
  it('sends only what changed', () => {
    const same = { account: 'lin', name: '林晓', roles: ['cashier' as const, 'manager' as const], limited: true, stores: ['sto_1'] }
    expect(changeBody(before, same)).toEqual({})
    expect(changeBody(before, { ...same, limited: false, name: '林' })).toEqual({ name: '林', stores: [] })
  })
})

describe('permissions', () => {
  const known: RoleItem[] = [
    { role: 'owner', permissions: ['order.read', 'order.refund', 'audit.read'] },
    { role: 'cashier', permissions: ['order.read'] },
    { role: 'auditor', permissions: ['audit.read', 'order.read'] },
  ]
  it('of several roles are one list', () => {
    expect(mayDo(['auditor', 'cashier'], known)).toEqual(['order.read', 'audit.read'])
  })
  it('are grouped by what they are about', () => {
    expect(grouped(['order.read', 'audit.read', 'order.refund'])).toEqual([
      { group: 'order', permissions: ['order.read', 'order.refund'] },
      { group: 'audit', permissions: ['audit.read'] },
    ])
  })
})

it('devices have names that people know', () => {
  expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0')).toBe('Edge · Windows')
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1')).toBe('Safari · iOS')
  expect(deviceOf('curl/8.5')).toBe('curl/8.5')
})
