import { useCallback, useEffect, useRef, useState } from 'react'
import { call } from '@/shared/api/client'
import { asProblem, type Problem } from '@/shared/api/problem'
import type { List, Order, OrderItem } from '@/shared/api/types'
import { externalId, judge, pause, type Attempt, type LastSale } from './sale'

/** A try that is not answered by then counts as lost, in milliseconds. */
const longest = 20_000

export interface Sale {
  /** `sending`: on its way. `unsure`: it may be booked, and is being asked again. */
  standing: 'none' | 'sending' | 'unsure'
  tries: number
  /** Why the last sale was refused; null when none was. */
  refused: Problem | null
  start: (attempt: Attempt) => void
  retry: () => void
  /** Looks whether the sale is there; if not, the bill can be changed again. */
  check: () => void
  forgetRefusal: () => void
}

interface Parts {
  attempt: Attempt | null
  remember: (attempt: Attempt | null) => void
  online: boolean
  note: (problem?: { status: number }) => void
  done: (last: LastSale) => void
  refusedBy: (problem: Problem) => void
  notBooked: () => void
}

/** The order of a bill, found by its name; null when there is none. */
async function findBooked(key: string): Promise<string | null> {
  const q = externalId(key)
  const found = await call<List<OrderItem>>('GET', '/orders', { query: { q, limit: 1 }, signal: AbortSignal.timeout(longest) })
  return found.items[0]?.id ?? null
}

/**
 * Sends a sale until it is known to be booked or refused. Every try repeats the
 * same request under the same key, so the server sells once however often it hears it.
 */
export function useSale(parts: Parts): Sale {
  const { attempt, online } = parts
  const [busy, setBusy] = useState(false)
  const [tries, setTries] = useState(0)
  const [refused, setRefused] = useState<Problem | null>(null)
  const outside = useRef(parts)
  const running = useRef(false)
  useEffect(() => {
    outside.current = parts
  })

  const finish = useCallback((sold: Attempt, orderId: string) => {
    setTries(0)
    outside.current.done({ orderId, change: sold.change })
  }, [])

  const settle = useCallback(
    async (sent: Attempt, problem: Problem) => {
      const verdict = judge(problem, sent.unsure)
      if (verdict === 'refused') {
        outside.current.remember(null)
        setTries(0)
        setRefused(problem)
        return outside.current.refusedBy(problem)
      }
      outside.current.remember({ ...sent, unsure: true })
      if (verdict === 'unsure') return
      const orderId = await findBooked(sent.key).catch(() => null)
      if (orderId) finish(sent, orderId)
    },
    [finish],
  )

  /** One request at a time, whoever asks for it. */
  const once = useCallback(async (work: () => Promise<void>) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    try {
      await work()
    } finally {
      running.current = false
      setBusy(false)
    }
  }, [])

  const send = useCallback(
    (what: Attempt) =>
      once(async () => {
        setTries((n) => n + 1)
        try {
          const order = await call<Order>('POST', '/orders', { body: what.body, key: what.key, signal: AbortSignal.timeout(longest) })
          outside.current.note()
          finish(what, order.id)
        } catch (thrown) {
          const problem = asProblem(thrown)
          outside.current.note(problem)
          await settle(what, problem)
        }
      }),
    [once, finish, settle],
  )

  const start = useCallback(
    (what: Attempt) => {
      if (running.current || outside.current.attempt) return
      setRefused(null)
      outside.current.remember(what)
      void send(what)
    },
    [send],
  )
  const retry = useCallback(() => {
    const { attempt: open } = outside.current
    if (open) void send(open)
  }, [send])
  const check = useCallback(() => {
    const { attempt: open } = outside.current
    if (!open) return
    void once(async () => {
      try {
        const orderId = await findBooked(open.key)
        outside.current.note()
        if (orderId) return finish(open, orderId)
        outside.current.remember(null)
        setTries(0)
        outside.current.notBooked()
      } catch (thrown) {
        outside.current.note(asProblem(thrown))
      }
    })
  }, [once, finish])

  // What is not known is asked again by itself: soon, then less often, and at once when the network is back.
  const unsure = attempt?.unsure === true && !busy
  useEffect(() => {
    if (!unsure) return
    const timer = setTimeout(retry, online && tries > 0 ? pause(tries) : online ? 300 : 15_000)
    return () => clearTimeout(timer)
  }, [unsure, tries, online, retry])

  const standing = attempt ? (attempt.unsure ? 'unsure' : 'sending') : 'none'
  return { standing, tries, refused, start, retry, check, forgetRefusal: useCallback(() => setRefused(null), []) }
}
