import { useCallback, useEffect, useMemo, useRef } from 'react'
import { call } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { pageSize } from '@/shared/api/query'
import type { List, Member, Product } from '@/shared/api/types'
import { isNamed, readBox, type Meant, type Source } from './box'

/** What the one box leads to. */
export interface Findings {
  good: (product: Product, quantity: number) => void
  member: (member: Member) => void
  /** Several members, or nobody: the cashier chooses or enrols. */
  members: (query: string) => void
  quantity: (quantity: number) => void
  nothing: (meant: Meant, text: string) => void
  failed: (problem: { status: number; message: string }) => void
}

async function goodsFor(q: string, limit: number): Promise<Product[]> {
  const found = await call<List<Product>>('GET', '/products', { query: { q, status: 'active', limit } })
  return found.items
}

async function membersFor(q: string, limit = 20): Promise<Member[]> {
  const found = await call<List<Member>>('GET', '/members', { query: { q, limit } })
  return found.items.filter((member) => member.status !== 'closed')
}

/**
 * Looks up what came into the one box. `marked` is which product of the results
 * shown is marked, for Enter. Scans are taken one after the other, in their order.
 */
export function useFinding(findings: Findings, marked: () => number, mayReadMembers: boolean) {
  const queue = useRef<Promise<void>>(Promise.resolve())
  const waiting = useRef(0)
  const outside = useRef(findings)
  useEffect(() => {
    outside.current = findings
  })

  const find = useCallback(
    async (meant: Meant, text: string, source: Source) => {
      const to = outside.current
      switch (meant.kind) {
        case 'nothing':
          return
        case 'quantity':
          return to.quantity(meant.quantity)
        case 'phone': {
          if (!mayReadMembers) return to.nothing(meant, text)
          const found = await membersFor(meant.phone)
          return found.length === 1 && found[0] ? to.member(found[0]) : to.members(meant.phone)
        }
        case 'tail':
          return findTail(to, meant, text, mayReadMembers)
        case 'code': {
          const good = (await goodsFor(meant.code, pageSize)).find((product) => isNamed(product, meant.code))
          if (good) return to.good(good, meant.quantity)
          return findCard(to, meant, text, source, mayReadMembers)
        }
        case 'search': {
          const found = await goodsFor(meant.words, pageSize)
          const good = found.find((product) => isNamed(product, meant.words)) ?? found[marked()] ?? found[0]
          if (good) return to.good(good, meant.quantity)
          const people = mayReadMembers && meant.quantity === 1 ? await membersFor(meant.words) : []
          return people.length > 0 ? to.members(meant.words) : to.nothing(meant, text)
        }
      }
    },
    [marked, mayReadMembers],
  )

  const take = useCallback(
    (text: string, source: Source) => {
      waiting.current += 1
      queue.current = queue.current
        .then(() => find(readBox(text, source), text, source))
        .catch((thrown: unknown) => outside.current.failed(asProblem(thrown)))
        .finally(() => (waiting.current -= 1))
    },
    [find],
  )
  /** Resolves when everything taken so far is found; null when nothing is being looked for. */
  const settled = useCallback(() => (waiting.current > 0 ? queue.current : null), [])
  return useMemo(() => ({ take, settled }), [take, settled])
}

/** Four digits are the end of a phone number, unless a product has them as its SKU. */
async function findTail(to: Findings, meant: Meant & { kind: 'tail' }, text: string, mayReadMembers: boolean) {
  const [people, goods] = await Promise.all([mayReadMembers ? membersFor(meant.digits) : [], goodsFor(meant.digits, pageSize)])
  const good = goods.find((product) => isNamed(product, meant.digits))
  if (people.length === 1 && people[0] && !good) return to.member(people[0])
  if (people.length > 0) return to.members(meant.digits)
  return good ? to.good(good, 1) : to.nothing(meant, text)
}

/** A code that is no product's may be a member's card or number; four scanned digits may be a quick hand's. */
async function findCard(to: Findings, meant: Meant & { kind: 'code' }, text: string, source: Source, mayReadMembers: boolean) {
  const people = mayReadMembers && meant.quantity === 1 ? await membersFor(meant.code) : []
  if (people.length === 1 && people[0]) return to.member(people[0])
  if (people.length > 1 && source === 'scanned') return to.members(meant.code)
  return to.nothing(meant, text)
}
