import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { call } from '@/shared/api/client'
import type { Problem } from '@/shared/api/problem'
import type { Quote, QuoteRequest } from '@/shared/api/types'
import { askOf, type Bill } from './bill'

/** How long the bill must stand still before it is priced, in milliseconds. */
const stillFor = 60

export interface Pricing {
  /** What was asked; null for an empty bill. */
  ask: QuoteRequest | null
  /** The last answer for this bill, perhaps for its state a moment ago. */
  quote: Quote | undefined
  /** The answer is for exactly this bill: it may be charged. */
  fresh: boolean
  problem: Problem | null
  /** Asks again, as after the server refused a sale. */
  renew: () => void
}

/** The price of the bill, by the server. What is shown is what is charged, so nothing is reckoned here. */
export function useQuote(bill: Bill, storeId: string): Pricing {
  const ask = useMemo(() => askOf(bill, storeId), [bill, storeId])
  const wanted = ask ? JSON.stringify(ask) : ''
  const [settled, setSettled] = useState(wanted)
  useEffect(() => {
    if (wanted === settled) return
    const timer = setTimeout(() => setSettled(wanted), stillFor)
    return () => clearTimeout(timer)
  }, [wanted, settled])

  const answer = useQuery<Quote, Problem>({
    queryKey: ['/orders/quote', bill.key, settled],
    queryFn: ({ signal }) => call<Quote>('POST', '/orders/quote', { body: JSON.parse(settled) as QuoteRequest, signal }),
    enabled: settled !== '',
    staleTime: 0,
    gcTime: 60_000,
    retry: (failures, problem) => failures < 4 && (problem.status === 0 || problem.status === 429 || problem.status === 503),
    retryDelay: (failures, problem) => Math.max(problem.retryAfter * 1000, 500 * 2 ** failures),
    placeholderData: (before, query) => (query?.queryKey[1] === bill.key ? before : undefined),
  })
  const current = wanted !== '' && wanted === settled
  const { refetch } = answer
  return {
    ask,
    quote: wanted === '' ? undefined : answer.data,
    fresh: current && answer.isSuccess && !answer.isPlaceholderData && !answer.isFetching,
    problem: current && !answer.isFetching ? answer.error : null,
    renew: () => void refetch(),
  }
}
