import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

/** What stands behind the question mark of the address, all of it as text. */
export type UrlState = Readonly<Record<string, string>>

/**
 * The state that lives in the address, so that a page can be reloaded, sent to a
 * colleague and gone back to. Setting '' removes a name.
 */
export function useUrlState(): [UrlState, (change: Record<string, string>, options?: { push?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const state = useMemo(
    () => Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value ?? '')])),
    [search],
  )
  const set = useCallback(
    (change: Record<string, string>, options?: { push?: boolean }) => {
      void navigate({
        to: '.',
        search: ((before: Record<string, unknown>) =>
          Object.fromEntries(
            Object.entries({ ...before, ...change }).filter(([, value]) => value !== '' && value !== undefined && value !== null),
          )) as never,
        replace: !options?.push,
      })
    },
    [navigate],
  )
  return [state, set]
}

/** A value of the address that a page's path names, as the id in `/members/$id`. */
export { useParams } from '@tanstack/react-router'

/** Writes and reads the query plainly: every value is text, so that 007 stays 007. */
export const plainQuery = {
  stringify: (search: Record<string, unknown>): string => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== null && value !== '') query.set(name, String(value))
    }
    const text = query.toString()
    return text ? '?' + text : ''
  },
  parse: (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text)),
}
