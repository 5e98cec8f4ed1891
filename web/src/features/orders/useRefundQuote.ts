import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '@/shared/api/client'
import type { Problem } from '@/shared/api/problem'
import type { RefundAnswer, RefundRequest } from '@/shared/api/types'

const pause = 200

/**
 * What a refund would do, asked of the server after every change; nothing is
 * booked. `fresh` says that the answer is about exactly this choice.
 */
export function useRefundQuote(id: string, body: RefundRequest | null, open: boolean) {
  const wanted = body === null ? '' : JSON.stringify(body)
  const [asked, setAsked] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), pause)
    return () => clearTimeout(timer)
  }, [wanted])
  const quote = useQuery<RefundAnswer, Problem>({
    // Not named after the path: what drops orders must not ask for this again.
    queryKey: ['refund-quote', id, asked],
    queryFn: ({ signal }) => call<RefundAnswer>('POST', '/orders/{id}/refunds/quote', { path: { id }, body: JSON.parse(asked), signal }),
    enabled: open && asked !== '' && asked === wanted,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const fresh = wanted !== '' && asked === wanted && quote.isSuccess && !quote.isPlaceholderData && !quote.isFetching
  return { answer: wanted === '' ? undefined : quote.data, problem: asked === wanted && wanted !== '' ? quote.error : null, fresh }
}
