import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import type { Problem } from '@/shared/api/problem'
import { useApi, useDrop } from '@/shared/api/query'
import type { Account, List, Member, Product, Store } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { mostLines, type Bill, type BillChange } from './bill'
import type { Source } from './box'
import type { Pane, Sheet, Situation, Verbs } from './commands'
import { attemptOf, type Attempt, type LastSale } from './sale'
import { keepSounds, newPlayer, soundsOn, type Sound } from './sound'
import { partOf } from './tender'
import { text } from './text'
import { useFinding } from './useFinding'
import { useKept } from './useKept'
import { useNetwork } from './useNetwork'
import { usePay, type Pay } from './usePay'
import { useQuote, type Pricing } from './useQuote'
import { useSale, type Sale } from './useSale'

/** A short word to the cashier, with one thing to do about it. */
export interface Word {
  id: number
  tone: 'good' | 'bad' | 'plain'
  text: string
  act?: { label: string; run: () => void }
}

/** What is known of the bill's member. */
export interface OnBill {
  member: Member | undefined
  points: Account | undefined
  problem: Problem | null
}

/** A receipt on its way to the printer. */
export interface Printing {
  orderId: string
  again: boolean
}

export interface Till {
  store: Store
  bill: Bill
  change: (change: BillChange) => void
  pricing: Pricing
  total: number
  onBill: OnBill
  pay: Pay
  sale: Sale
  attempt: Attempt | null
  last: LastSale | null
  online: boolean
  pane: Pane
  orderId: string
  openOrder: (id: string) => void
  sheet: Sheet
  box: { text: string; set: (text: string) => void; marked: number; mark: (at: number) => void }
  boxField: RefObject<HTMLInputElement | null>
  /** Rises when what stands in the box was not found: the next word shall replace it. */
  misses: number
  /** Takes what was typed and confirmed, or scanned. */
  take: (text: string, source: Source) => void
  /** Resolves when what was scanned is found; null when nothing is being looked for. */
  settled: () => Promise<unknown> | null
  addGood: (product: Product, quantity?: number) => void
  setMember: (member: Member) => void
  memberQuery: string
  lookForMember: (query: string) => void
  orderQuery: string
  lookForOrder: (query: string) => void
  word: Word | null
  tell: (tone: Word['tone'], text: string, act?: Word['act']) => void
  hush: () => void
  play: (sound: Sound) => void
  soundOn: boolean
  cartOpen: boolean
  openCart: (open: boolean) => void
  /** Lines of the shown order are being taken back. */
  refunding: boolean
  setRefunding: (refunding: boolean) => void
  printing: Printing | null
  printOrder: (orderId: string) => void
  printed: () => void
  situation: Situation
  verbs: Verbs
  changeStore: () => void
}

const context = createContext<Till | null>(null)

/** Everything of the till. Only inside `TillProvider`. */
export function useTill(): Till {
  const till = useContext(context)
  if (!till) throw new Error('useTill needs a TillProvider above it')
  return till
}

/** A key pressed twice by a nervous finger is one press, in milliseconds. */
const twice = 250

const panes: readonly Pane[] = ['goods', 'member', 'pay', 'receipt', 'orders']

function useSound() {
  const [soundOn, setSoundOn] = useState(soundsOn)
  const [player] = useState(newPlayer)
  const play = useCallback((sound: Sound) => soundOn && player(sound), [soundOn, player])
  const toggleSound = useCallback(() => {
    keepSounds(!soundOn)
    if (!soundOn) player('scan')
    setSoundOn(!soundOn)
  }, [soundOn, player])
  return { soundOn, play, toggleSound }
}

function useWord() {
  const [word, setWord] = useState<Word | null>(null)
  const count = useRef(0)
  const tell = useCallback((tone: Word['tone'], said: string, act?: Word['act']) => {
    count.current += 1
    setWord({ id: count.current, tone, text: said, act })
  }, [])
  const hush = useCallback(() => setWord(null), [])
  return { word, tell, hush }
}

function useOnBill(memberId: string): OnBill {
  const there = memberId !== ''
  const path = { id: memberId || 'none' }
  const member = useApi<Member>('/members/{id}', { path }, { enabled: there })
  const accounts = useApi<List<Account>>('/members/{id}/accounts', { path }, { enabled: there })
  return {
    member: there ? member.data : undefined,
    points: there ? accounts.data?.items.find((account) => account.asset === 'points') : undefined,
    problem: there ? member.error : null,
  }
}

/** The right side, in the address: going back in the browser goes back at the till. */
function usePane() {
  const [state, setState] = useUrlState()
  const pane: Pane = panes.find((one) => one === state.pane) ?? 'goods'
  const go = useCallback(
    (next: Pane, order = '') => setState({ pane: next === 'goods' ? '' : next, order }, { push: next !== 'goods' && next !== 'receipt' }),
    [setState],
  )
  return { pane, orderId: state.order ?? '', go }
}

/** The state of one till: its bill, its price, its sale, and what can be done. */
export function TillProvider({ store, changeStore, children }: { store: Store; changeStore: () => void; children: ReactNode }) {
  const t = useText(text)
  const format = useFormat()
  const { me, can } = useSession()
  const drop = useDrop()
  const kept = useKept(me.merchant.id, store.id)
  const { bill, attempt, last, change, remember, sold } = kept
  const { online, note } = useNetwork()
  const pricing = useQuote(bill, store.id)
  const onBill = useOnBill(bill.memberId)
  const { soundOn, play, toggleSound } = useSound()
  const { word, tell, hush } = useWord()
  const { pane, orderId, go } = usePane()
  const total = attempt?.total ?? pricing.quote?.total ?? 0
  const pay = usePay(total, format.currency)

  const [sheet, setSheet] = useState<Sheet>('')
  const [boxText, setBoxText] = useState('')
  const [marked, mark] = useState(0)
  const [misses, miss] = useState(0)
  const [memberQuery, lookForMember] = useState('')
  const [orderQuery, lookForOrder] = useState('')
  const [cartOpen, openCart] = useState(false)
  const [refunding, setRefunding] = useState(false)
  const [printing, setPrinting] = useState<Printing | null>(null)
  const boxField = useRef<HTMLInputElement>(null)
  const printedBefore = useRef(new Set<string>())
  const toReceipt = useRef(false)
  /** When what Enter means last changed: what was meant for the step before must not take this one. */
  const stepAt = useRef(0)
  const tooSoon = useCallback(() => performance.now() - stepAt.current < twice, [])
  useEffect(() => {
    stepAt.current = performance.now()
  }, [pane, pay.parts.length])

  const sale = useSale({
    attempt,
    remember,
    online,
    note,
    done: (next) => {
      toReceipt.current = true
      sold(next)
      pay.begin()
      openCart(false)
      setSheet('')
      play('paid')
      go('receipt', next.orderId)
      void drop(['/orders', '/members', '/ledger', '/reports'])
    },
    refusedBy: (problem) => {
      play('wrong')
      if (problem.code === 'payments.mismatch') pay.begin()
      pricing.renew()
    },
    notBooked: () => {
      pricing.renew()
      tell('plain', t('notBooked'))
    },
  })
  const locked = attempt !== null

  const setBox = useCallback((next: string) => {
    setBoxText(next)
    mark(0)
  }, [])
  const addGood = useCallback(
    (product: Product, quantity = 1) => {
      const there = bill.lines.some((line) => line.sku === product.sku)
      if (!there && bill.lines.length >= mostLines) {
        play('wrong')
        return tell('bad', t('lineLimit'))
      }
      change({ do: 'add', product, quantity })
      play('scan')
    },
    [bill.lines, change, play, tell, t],
  )
  const setMember = useCallback(
    (member: Member) => {
      change({ do: 'member', memberId: member.id })
      lookForMember('')
      play(member.status === 'active' ? 'scan' : 'wrong')
      if (pane === 'member') go('goods')
    },
    [change, play, pane, go],
  )
  const openMembers = useCallback(
    (query: string) => {
      lookForMember(query)
      openCart(false)
      go('member')
    },
    [go],
  )

  const finding = useFinding(
    {
      good: (product, quantity) => {
        setBox('')
        addGood(product, quantity)
      },
      member: (member) => {
        setBox('')
        setMember(member)
        tell('good', t('memberTaken', { name: member.name || member.phone || member.member_no }))
      },
      members: (query) => {
        setBox('')
        openMembers(query)
      },
      quantity: (quantity) => {
        setBox('')
        if (bill.selected) change({ do: 'quantity', sku: bill.selected, quantity })
      },
      nothing: (meant, said) => {
        play('wrong')
        setBox(said)
        miss((n) => n + 1)
        if (meant.kind === 'code') tell('bad', t('noCode', { code: meant.code }))
        else if (meant.kind === 'tail') tell('bad', t('noTail', { digits: meant.digits }))
        else tell('bad', t('nothingFound', { q: said }))
      },
      failed: (problem) => {
        note(problem)
        play('wrong')
        tell('bad', problem.message)
      },
    },
    useCallback(() => marked, [marked]),
    can('member.read'),
  )

  const nextCustomer = useCallback(() => {
    hush()
    go('goods')
  }, [hush, go])
  const refuse = useCallback(
    (said: string) => {
      play('wrong')
      tell('bad', said)
    },
    [play, tell],
  )
  const take = useCallback(
    (said: string, source: Source) => {
      if (locked || pane === 'pay') return refuse(t('notWhilePaying'))
      if (sheet !== '') return refuse(t('notWhileAsking'))
      if (source === 'scanned' && pane === 'orders') return lookForOrder(said)
      if (source === 'scanned' && pane === 'receipt') nextCustomer()
      finding.take(said, source)
    },
    [locked, pane, sheet, refuse, t, nextCustomer, finding],
  )

  const charge = useCallback(() => {
    const { ask, quote, fresh } = pricing
    if (!ask || !quote || !fresh || locked || tooSoon()) return
    if (total === 0) return sale.start(attemptOf(bill.key, ask, 0, [], 0))
    if ('fault' in pay.offer) return play('wrong')
    const part = partOf(pay.method, pay.offer)
    if (pay.offer.left > 0) return pay.takePart(part)
    sale.start(attemptOf(bill.key, ask, total, [...pay.parts, part], pay.offer.change))
  }, [pricing, locked, tooSoon, total, sale, bill.key, pay, play])

  const printOrder = useCallback(
    (which: string) => setPrinting({ orderId: which, again: pane !== 'receipt' || printedBefore.current.has(which) }),
    [pane],
  )
  const printed = useCallback(() => {
    setPrinting((current) => {
      if (current) printedBefore.current.add(current.orderId)
      return null
    })
  }, [])

  const usesPoints = bill.points !== 'none'
  const verbs = useMemo<Verbs>(
    () => ({
      show: setSheet,
      open: (next) => {
        hush()
        if (next === 'pay') {
          pay.begin()
          sale.forgetRefusal()
        }
        if (next === 'member') lookForMember('')
        if (next === 'orders') lookForOrder('')
        setRefunding(false)
        openCart(false)
        go(next)
      },
      focusBox: () => {
        openCart(false)
        go('goods')
        setTimeout(() => boxField.current?.focus(), 0)
      },
      back: () => {
        if (pane === 'orders' && refunding) return setRefunding(false)
        if (pane === 'orders' && orderId) return go('orders')
        if (pane !== 'goods') return go('goods')
        if (cartOpen) return openCart(false)
        hush()
        setBox('')
      },
      togglePoints: () => change({ do: 'points', wish: usesPoints ? 'none' : 'max' }),
      moveSelection: (by) => change({ do: 'move', by }),
      removeSelected: () => {
        const at = bill.lines.findIndex((line) => line.sku === bill.selected)
        const line = bill.lines[at]
        if (!line) return
        change({ do: 'remove', sku: line.sku })
        tell('plain', t('removed', { name: line.name }), {
          label: t('undo'),
          run: () => change({ do: 'putBack', line, at }),
        })
      },
      chooseMethod: (at) => pay.choose((['cash', 'card', 'other'] as const)[at]),
      charge,
      nextCustomer: () => {
        if (!tooSoon()) nextCustomer()
      },
      print: () => {
        const which = (pane === 'receipt' || pane === 'orders') && orderId ? orderId : last?.orderId
        if (which) printOrder(which)
      },
      toggleSound,
    }),
    [hush, pay, sale, go, pane, orderId, refunding, cartOpen, change, usesPoints, bill, tell, t, charge, nextCustomer, tooSoon, last, printOrder, toggleSound, setBox],
  )

  // Fewer points can be used than the bill asks for: the most is used, and the cashier is told.
  const code = pricing.problem?.code
  useEffect(() => {
    if (code !== 'points.not_usable' && code !== 'points.insufficient') return
    change({ do: 'points', wish: 'max' })
    tell('plain', t('pointsLowered'))
  }, [code, change, tell, t])

  // A sale that was on its way when the page was left is shown until it is settled; nothing to pay shows no payment.
  useEffect(() => {
    if (locked && pane !== 'pay') go('pay')
    if (pane === 'receipt') toReceipt.current = false
    if (!locked && pane === 'pay' && bill.lines.length === 0 && !toReceipt.current) go('goods')
    if (pane === 'receipt' && !orderId) go('goods')
  }, [locked, pane, bill.lines.length, orderId, go])

  const situation: Situation = {
    pane,
    // Buttons lie below a sheet and cannot be reached; only the keyboard must know of it.
    sheet: '',
    lines: bill.lines.length,
    hasSelected: bill.selected !== '',
    hasMember: bill.memberId !== '',
    usesPoints,
    pointsUsable: (pricing.quote?.points_usable ?? 0) > 0,
    mayDiscount: can('order.discount'),
    mayReadMembers: can('member.read'),
    mayReadOrders: can('order.read'),
    priced: pricing.fresh,
    locked,
    boxEmpty: true,
    inField: false,
    onButton: false,
    hasLast: last !== null,
    inOrder: pane === 'orders' && orderId !== '',
  }

  const till: Till = {
    store, bill, change, pricing, total, onBill, pay, sale, attempt, last, online, pane, orderId, sheet, take, settled: finding.settled, addGood, setMember,
    openOrder: (id) => {
      setRefunding(false)
      go('orders', id)
    },
    box: { text: boxText, set: setBox, marked, mark },
    boxField, misses,
    memberQuery, lookForMember, orderQuery, lookForOrder, word, tell, hush, play, soundOn, cartOpen, openCart, refunding, setRefunding, printing, printOrder, printed,
    situation, verbs, changeStore,
  }
  return <context.Provider value={till}>{children}</context.Provider>
}
