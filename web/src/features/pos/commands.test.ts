import { describe, expect, it } from 'vitest'
import { capOf, chordOf, commandFor, commands, type Situation } from './commands'

const open: Situation = {
  pane: 'goods', sheet: '', lines: 2, hasSelected: true, hasMember: true, usesPoints: false, pointsUsable: true, mayDiscount: true,
  mayReadMembers: true, mayReadOrders: true, priced: true, locked: false, boxEmpty: true, inField: false, onButton: false, hasLast: true, inOrder: false,
}
const named = (chord: string, change: Partial<Situation> = {}) => commandFor(chord, { ...open, ...change })?.id

const press = (code: string, held: Partial<{ ctrlKey: boolean; altKey: boolean; shiftKey: boolean; metaKey: boolean }> = {}) =>
  chordOf({ code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held })

describe('a key', () => {
  it('is named by its place', () => {
    expect([press('F9'), press('NumpadAdd'), press('NumpadEnter', { ctrlKey: true }), press('Digit2', { altKey: true })]).toEqual([
      'F9', '+', 'Ctrl+Enter', 'Alt+2',
    ])
    expect([press('Numpad2', { altKey: true }), press('KeyP', { metaKey: true }), press('NumpadMultiply')]).toEqual(['Alt+2', 'Ctrl+P', '*'])
    expect([press('Digit8', { shiftKey: true }), press('Slash', { shiftKey: true }), press('F4', { shiftKey: true })]).toEqual(['*', '?', 'Shift+F4'])
  })
  it('is printed short', () => {
    expect(['Escape', 'Ctrl+Delete', 'ArrowUp', 'F8'].map(capOf)).toEqual(['Esc', 'Ctrl+Del', '↑', 'F8'])
  })
})

describe('the commands', () => {
  it('have one name each, and no key means two things at once', () => {
    expect(new Set(commands.map((c) => c.id)).size).toBe(commands.length)
    const panes = ['goods', 'member', 'pay', 'receipt', 'orders'] as const
    for (const pane of panes) {
      for (const key of new Set(commands.flatMap((c) => c.keys))) {
        const meant = commands.filter((c) => c.keys.includes(key) && c.when({ ...open, pane })).map((c) => c.id)
        expect(meant.length, `${key} in ${pane}: ${meant.join(', ')}`).toBeLessThanOrEqual(1)
      }
    }
  })
  it('follow the situation', () => {
    expect(named('+')).toBe('pay')
    expect(named('Ctrl+Enter')).toBe('pay')
    expect(named('Ctrl+Enter', { pane: 'pay' })).toBe('charge')
    expect(named('Enter', { pane: 'receipt' })).toBe('next')
    expect(named('Enter')).toBeUndefined()
    expect(named('Alt+1')).toBeUndefined()
    expect(named('Alt+1', { pane: 'pay' })).toBe('cash')
  })
  it('do not take money for what is not priced', () => {
    expect(named('+', { priced: false })).toBe('pay')
    expect(named('Enter', { pane: 'pay', priced: false })).toBeUndefined()
    expect(named('+', { lines: 0 })).toBeUndefined()
  })
  it('leave Enter to a button that has the focus', () => {
    expect(named('Enter', { pane: 'pay', onButton: true })).toBeUndefined()
    expect(named('Enter', { pane: 'receipt', onButton: true })).toBeUndefined()
  })
  it('leave signs to what is being typed', () => {
    expect(named('*')).toBe('quantity')
    expect(named('*', { boxEmpty: false })).toBeUndefined()
    expect(named('Delete', { boxEmpty: false })).toBeUndefined()
    expect(named('?', { boxEmpty: false })).toBeUndefined()
    expect(named('F1', { boxEmpty: false })).toBe('keys')
  })
  it('ask for what a person may do', () => {
    expect(named('F10', { mayDiscount: false })).toBeUndefined()
    expect(named('F8', { hasMember: false })).toBeUndefined()
    expect(named('F8', { pointsUsable: false })).toBeUndefined()
    expect(named('F8', { pointsUsable: false, usesPoints: true })).toBe('points')
  })
  it('wait while a sale is on its way, or something else is asked', () => {
    for (const key of new Set(commands.flatMap((c) => c.keys))) {
      if (key === 'F1' || key === '?' || key === 'Ctrl+P') continue
      expect(named(key, { locked: true, pane: 'pay' }), key).toBeUndefined()
      expect(named(key, { sheet: 'quantity' }), key).toBeUndefined()
    }
  })
})
