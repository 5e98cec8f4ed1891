import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call } from './client'
import type { Balance, List } from './types'

const atOnce = 50

/** The points of many members, asked for in a few requests; a member still on the way is missing from the map. */
export function useBalances(ids: readonly string[]): ReadonlyMap<string, Balance> {
  const parts = useMemo(() => {
    const found: string[][] = []
    for (let i = 0; i < ids.length; i += atOnce) found.push(ids.slice(i, i + atOnce))
    return found
  }, [ids])
  return useQueries({
    queries: parts.map((part) => ({
      queryKey: ['/ledger/balances', part],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call<List<Balance>>('GET', '/ledger/balances', { query: { member_ids: part.join(',') }, signal }),
      staleTime: 10_000,
    })),
    combine: (answers) =>
      new Map(
        answers
          .flatMap((answer) => answer.data?.items ?? [])
          .filter((item) => item.asset === 'points')
          .map((item) => [item.member_id, item] as const),
      ),
  })
}
