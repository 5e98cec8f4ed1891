import type { NewOrder, QuoteRequest } from '@/shared/api/types'
import type { Part } from './tender'

/**
 * A sale that was sent and is not acknowledged yet. It is kept on the device
 * before it is sent and until the server has answered, so that neither a lost
 * answer nor a reload can sell twice or lose a sale.
 */
export interface Attempt {
  /** The key of its bill, the same for every try. */
  key: string
  body: NewOrder
  total: number
  /** What the customer gets back of the cash. */
  change: number
  /** A try was sent whose answer never came: the sale may be booked. */
  unsure: boolean
}

/** The last sale of this device, for printing it again. */
export interface LastSale {
  orderId: string
  change: number
}

/** The name under which the order of a bill is found, whoever sends it. */
export function externalId(key: string): string {
  return 'pos-' + key
}

/** Makes the one request that a bill is sold with; every try repeats it unchanged. */
export function attemptOf(key: string, ask: QuoteRequest, total: number, parts: readonly Part[], change: number): Attempt {
  return { key, body: { ...ask, payments: [...parts], external_id: externalId(key) }, total, change, unsure: false }
}

/**
 * What a failed try means. `booked`: the sale is there, look for it by its name.
 * `refused`: it certainly is not. `unsure`: nobody can tell yet, ask again.
 */
export type Verdict = 'booked' | 'refused' | 'unsure'

/** Answers that are given before the server looks whether it has seen the sale: they say nothing about an earlier try. */
const beforeLooking = new Set([400, 401, 403, 413, 429])

/** Judges a problem that a try came back with. */
export function judge(problem: { status: number; code: string }, wasUnsure: boolean): Verdict {
  if (problem.code === 'order.external_taken' || problem.code === 'idempotency.key_reused') return 'booked'
  if (problem.code === 'idempotency.in_progress') return 'unsure'
  if (problem.status === 0 || problem.status === 408 || problem.status >= 500) return 'unsure'
  if (wasUnsure && beforeLooking.has(problem.status)) return 'unsure'
  return 'refused'
}

/** How long to wait before the next try by itself, in milliseconds. */
export function pause(tries: number): number {
  return Math.min(2000 * 2 ** Math.max(tries - 1, 0), 15_000)
}
