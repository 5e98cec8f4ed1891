import {
  QueryClient,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import { call, type Method, type Query, type Request } from './client'
import { asProblem, type Problem } from './problem'
import type { List } from './types'

/** The cache of answers. Only what may pass by itself is tried again. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        retry: (failures, thrown) => {
          const { status } = asProblem(thrown)
          return failures < 2 && (status === 0 || status === 503)
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** The key under which an answer is kept: the path's template first, so that a whole template can be dropped. */
function keyOf(template: string, request: Request) {
  return [template, request.path ?? {}, request.query ?? {}] as const
}

/** One answer of the server: `useApi<Member>('/members/{id}', { path: { id } })`. */
export function useApi<T>(
  template: string,
  request: Pick<Request, 'path' | 'query'> = {},
  options: { enabled?: boolean; refetchInterval?: number | false; keep?: boolean } = {},
) {
  return useQuery<T, Problem>({
    queryKey: keyOf(template, request),
    queryFn: ({ signal }) => call<T>('GET', template, { ...request, signal }),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchInterval ?? false,
    placeholderData: options.keep ? keepPreviousData : undefined,
  })
}

/** How many items of a list are fetched at a time. */
export const pageSize = 50

/**
 * A list that grows page by page: `useList<Member>('/members', { query: { q } })`.
 * A short list that the server always answers whole takes no limit: 0.
 */
export function useList<T>(
  template: string,
  request: { path?: Record<string, string>; query?: Query } = {},
  options: { enabled?: boolean; limit?: number } = {},
) {
  const limit = options.limit ?? pageSize
  const answer = useInfiniteQuery<List<T>, Problem, { pages: List<T>[] }, readonly unknown[], string | null>({
    queryKey: [...keyOf(template, request), 'list', limit],
    queryFn: ({ pageParam, signal }) =>
      call<List<T>>('GET', template, { ...request, query: { ...request.query, limit: limit || undefined, cursor: pageParam }, signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  })
  const items = useMemo(() => answer.data?.pages.flatMap((page) => page.items) ?? [], [answer.data])
  return { ...answer, items }
}

/** What an act needs besides its fixed method and template. */
export type ActInput = Pick<Request, 'path' | 'body' | 'key' | 'query'>

/**
 * A change: `const freeze = useAct<Member>('POST', '/members/{id}/freeze', ['/members'])`, then
 * `freeze.mutateAsync({ path, body, key })`. Afterwards every answer whose template begins with
 * one of `drops` is fetched anew.
 */
export function useAct<T = void>(method: Method, template: string, drops: readonly string[] = []) {
  const drop = useDrop()
  return useMutation<T, Problem, ActInput>({
    mutationFn: (input) => call<T>(method, template, input),
    onSuccess: () => drop(drops),
  })
}

/** Drops the answers whose template begins with one of the given, so that they are fetched anew. */
export function useDrop(): (templates: readonly string[]) => Promise<void> {
  const client = useQueryClient()
  return useMemo(
    () => async (templates) => {
      await client.invalidateQueries({
        predicate: ({ queryKey: [template] }) => typeof template === 'string' && templates.some((t) => template.startsWith(t)),
      })
    },
    [client],
  )
}
