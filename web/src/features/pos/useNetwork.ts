import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { call } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import type { Me } from '@/shared/api/types'

/** How often a server that was lost is asked again, in milliseconds. */
const askEvery = 4000

export interface Network {
  online: boolean
  /** Tells how a request of one's own went: undefined for well. */
  note: (problem?: { status: number }) => void
}

/** Whether the server can be reached: by what the device says and by how requests go. */
export function useNetwork(): Network {
  const client = useQueryClient()
  const [linked, setLinked] = useState(() => navigator.onLine)
  const [answered, setAnswered] = useState(true)
  const note = useCallback((problem?: { status: number }) => setAnswered(problem?.status !== 0), [])

  useEffect(() => {
    const listen = () => setLinked(navigator.onLine)
    window.addEventListener('online', listen)
    window.addEventListener('offline', listen)
    return () => {
      window.removeEventListener('online', listen)
      window.removeEventListener('offline', listen)
    }
  }, [])

  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated') return
        if (event.action.type === 'success' && !event.action.manual) note()
        if (event.action.type === 'failed' || event.action.type === 'error') note(asProblem(event.action.error))
      }),
    [client, note],
  )

  const online = linked && answered
  useEffect(() => {
    if (online) return
    const timer = setInterval(() => {
      void call<Me>('GET', '/me', { signal: AbortSignal.timeout(askEvery) })
        .then(() => {
          setLinked(navigator.onLine)
          note()
          return client.invalidateQueries({ predicate: (query) => query.state.status === 'error' })
        })
        .catch((thrown: unknown) => note(asProblem(thrown)))
    }, askEvery)
    return () => clearInterval(timer)
  }, [online, note, client])

  return { online, note }
}
