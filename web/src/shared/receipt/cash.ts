import type { Payment } from '@/shared/api/types'

/** The cash that was handed over for an order, and what was given back of it. */
export interface Cash {
  tendered: number
  change: number
}

/**
 * Adds up the cash of an order; null when of no part of it was said what was
 * handed over. A part of which nobody said was paid exactly.
 */
export function cashOf(payments: readonly Payment[]): Cash | null {
  const parts = payments.filter((payment) => payment.method === 'cash')
  if (parts.every((part) => part.tendered === null)) return null
  return {
    tendered: parts.reduce((sum, part) => sum + (part.tendered ?? part.amount), 0),
    change: parts.reduce((sum, part) => sum + (part.change ?? 0), 0),
  }
}
