import { useQuery } from '@tanstack/react-query'
import { call } from '@/shared/api/client'
import type { Problem } from '@/shared/api/problem'
import type { Member } from '@/shared/api/types'

/** One member, kept a while: names are shown in many rows. Nothing is asked for without an id. */
export function useMember(id: string | undefined) {
  return useQuery<Member, Problem>({
    queryKey: ['/members/{id}', { id: id ?? '' }, {}],
    queryFn: ({ signal }) => call<Member>('GET', '/members/{id}', { path: { id: id ?? '' }, signal }),
    enabled: Boolean(id),
    staleTime: 60_000,
  })
}
