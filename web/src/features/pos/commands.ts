import type { text } from './text'

/**
 * Everything that can be done at the till, as data: its name, its keys, when it
 * can be done, and what it does. Buttons, keyboard and key sheet read this one
 * list.
 */

/** What the right side shows. */
export type Pane = 'goods' | 'member' | 'pay' | 'receipt' | 'orders'

/** What lies above everything, asking for one thing. */
export type Sheet = '' | 'keys' | 'more' | 'quantity' | 'points' | 'discount' | 'clear' | 'store'

/** What decides whether a command can be done now. */
export interface Situation {
  pane: Pane
  sheet: Sheet
  lines: number
  hasSelected: boolean
  hasMember: boolean
  /** Points are being used on this bill. */
  usesPoints: boolean
  /** Points can be used on this bill. */
  pointsUsable: boolean
  mayDiscount: boolean
  mayReadMembers: boolean
  mayReadOrders: boolean
  /** The price shown is the price of this very bill. */
  priced: boolean
  /** A sale is on its way or not confirmed: nothing about the bill may change. */
  locked: boolean
  /** Nothing is typed into the one box. */
  boxEmpty: boolean
  /** The cursor is in a field other than the one box or the amount. */
  inField: boolean
  /** A button or link has the focus, so that Enter is its own. */
  onButton: boolean
  hasLast: boolean
  /** An order's details are shown. */
  inOrder: boolean
}

/** What the commands are made of. */
export interface Verbs {
  show: (sheet: Sheet) => void
  open: (pane: Pane) => void
  focusBox: () => void
  back: () => void
  togglePoints: () => void
  moveSelection: (by: 1 | -1) => void
  removeSelected: () => void
  chooseMethod: (at: 0 | 1 | 2) => void
  charge: () => void
  nextCustomer: () => void
  print: () => void
  toggleSound: () => void
}

export type CommandId =
  | 'keys' | 'search' | 'orders' | 'points' | 'member' | 'discount' | 'quantity' | 'up' | 'down' | 'remove' | 'clear'
  | 'pay' | 'cash' | 'card' | 'other' | 'charge' | 'next' | 'print' | 'back'

/** The headings of the key sheet. */
export type CommandGroup = 'groupFind' | 'groupBill' | 'groupPay' | 'groupMore'

export interface Command {
  id: CommandId
  name: keyof typeof text.said
  group: CommandGroup
  /** As `chordOf` writes them; the first is printed on the button. */
  keys: readonly string[]
  when: (s: Situation) => boolean
  do: (till: Verbs) => void
}

const free = (s: Situation) => s.sheet === '' && !s.locked
/** Signs that could also be typed are commands only where nothing is being typed. */
const unwritten = (s: Situation) => free(s) && s.boxEmpty && !s.inField
const selling = (s: Situation) => s.pane === 'goods' || s.pane === 'member'

export const commands: readonly Command[] = [
  { id: 'search', name: 'doSearch', group: 'groupFind', keys: ['F2'], when: (s) => free(s) && s.pane !== 'receipt', do: (till) => till.focusBox() },
  { id: 'member', name: 'doMember', group: 'groupFind', keys: ['F9'], when: (s) => free(s) && s.mayReadMembers && s.pane !== 'receipt', do: (till) => till.open('member') },
  { id: 'up', name: 'doUp', group: 'groupBill', keys: ['ArrowUp'], when: (s) => unwritten(s) && s.pane === 'goods' && s.lines > 0, do: (till) => till.moveSelection(-1) },
  { id: 'down', name: 'doDown', group: 'groupBill', keys: ['ArrowDown'], when: (s) => unwritten(s) && s.pane === 'goods' && s.lines > 0, do: (till) => till.moveSelection(1) },
  { id: 'quantity', name: 'doQuantity', group: 'groupBill', keys: ['*'], when: (s) => unwritten(s) && selling(s) && s.hasSelected, do: (till) => till.show('quantity') },
  { id: 'remove', name: 'doRemove', group: 'groupBill', keys: ['Delete'], when: (s) => unwritten(s) && selling(s) && s.hasSelected, do: (till) => till.removeSelected() },
  { id: 'points', name: 'doPoints', group: 'groupBill', keys: ['F8'], when: (s) => free(s) && s.pane !== 'receipt' && s.hasMember && s.lines > 0 && (s.usesPoints || s.pointsUsable), do: (till) => till.togglePoints() },
  { id: 'discount', name: 'doDiscount', group: 'groupBill', keys: ['F10'], when: (s) => free(s) && s.pane !== 'receipt' && s.mayDiscount && s.lines > 0, do: (till) => till.show('discount') },
  { id: 'clear', name: 'doClear', group: 'groupBill', keys: ['Ctrl+Delete'], when: (s) => free(s) && s.pane !== 'receipt' && (s.lines > 0 || s.hasMember), do: (till) => till.show('clear') },
  { id: 'pay', name: 'doPay', group: 'groupPay', keys: ['+', 'Ctrl+Enter'], when: (s) => free(s) && selling(s) && !s.inField && s.lines > 0, do: (till) => till.open('pay') },
  { id: 'cash', name: 'cash', group: 'groupPay', keys: ['Alt+1'], when: (s) => free(s) && s.pane === 'pay', do: (till) => till.chooseMethod(0) },
  { id: 'card', name: 'card', group: 'groupPay', keys: ['Alt+2'], when: (s) => free(s) && s.pane === 'pay', do: (till) => till.chooseMethod(1) },
  { id: 'other', name: 'other', group: 'groupPay', keys: ['Alt+3'], when: (s) => free(s) && s.pane === 'pay', do: (till) => till.chooseMethod(2) },
  { id: 'charge', name: 'doCharge', group: 'groupPay', keys: ['Enter', 'Ctrl+Enter'], when: (s) => free(s) && s.pane === 'pay' && s.priced && !s.inField && !s.onButton, do: (till) => till.charge() },
  { id: 'next', name: 'doNext', group: 'groupPay', keys: ['Enter'], when: (s) => free(s) && s.pane === 'receipt' && !s.onButton, do: (till) => till.nextCustomer() },
  { id: 'print', name: 'doPrint', group: 'groupPay', keys: ['Ctrl+P'], when: (s) => s.sheet === '' && (s.pane === 'receipt' || s.inOrder || s.hasLast), do: (till) => till.print() },
  { id: 'orders', name: 'doOrders', group: 'groupMore', keys: ['F4'], when: (s) => free(s) && s.mayReadOrders, do: (till) => till.open('orders') },
  { id: 'keys', name: 'doKeys', group: 'groupMore', keys: ['F1', '?'], when: (s) => s.sheet === '' && !s.inField, do: (till) => till.show('keys') },
  { id: 'back', name: 'doBack', group: 'groupMore', keys: ['Escape'], when: (s) => s.sheet === '' && !s.locked, do: (till) => till.back() },
]

/** The command of a name. */
export function commandOf(id: CommandId): Command {
  const found = commands.find((c) => c.id === id)
  if (!found) throw new Error(`there is no command ${id}`)
  return found
}

/** The command that a key means now, if any. A sign is left to the one box while something stands in it. */
export function commandFor(chord: string, situation: Situation): Command | undefined {
  const typing = chord === '?' && (!situation.boxEmpty || situation.inField)
  return typing ? undefined : commands.find((c) => c.keys.includes(chord) && c.when(situation))
}

interface Pressed {
  code: string
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
  metaKey: boolean
}

const names: Record<string, string> = { NumpadEnter: 'Enter', NumpadAdd: '+', NumpadMultiply: '*' }

/**
 * Names a key press, as in `F9`, `Ctrl+Enter`, `Alt+1`, `*`. Keys are taken by
 * their place, so that an input method or another layout cannot hide them.
 */
export function chordOf(e: Pressed): string {
  const held = (e.ctrlKey || e.metaKey ? 'Ctrl+' : '') + (e.altKey ? 'Alt+' : '')
  if (held === '' && e.shiftKey) {
    if (e.code === 'Digit8') return '*'
    if (e.code === 'Slash') return '?'
  }
  const plain = names[e.code] ?? e.code.replace(/^(Key|Digit|Numpad(?=\d))/, '')
  return held + (e.shiftKey ? 'Shift+' : '') + plain
}

/** How a key is printed on a button. */
export function capOf(chord: string): string {
  return chord.replace('Escape', 'Esc').replace('Delete', 'Del').replace('ArrowUp', '↑').replace('ArrowDown', '↓')
}
