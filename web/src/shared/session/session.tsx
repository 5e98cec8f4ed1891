import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { call, onSignedOut } from '@/shared/api/client'
import { Problem } from '@/shared/api/problem'
import { useApi } from '@/shared/api/query'
import type { List, Me, Permission, Store } from '@/shared/api/types'

const meKey = ['/me'] as const

/** Whether the session ended while the person was at work, and not because they left. */
export const endedKey = ['session', 'ended'] as const

/** Who is signed in; null for nobody, undefined while it is not known yet. */
export function useMe() {
  const client = useQueryClient()
  useEffect(
    () =>
      onSignedOut(() => {
        client.setQueryData(endedKey, true)
        client.setQueryData(meKey, null)
      }),
    [client],
  )
  return useQuery<Me | null, Problem>({
    queryKey: meKey,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      try {
        return await call<Me>('GET', '/me', { signal })
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.status === 401) return null
        throw thrown
      }
    },
  })
}

/** Forgets every answer and asks again who is signed in: after signing in and out. */
export function useRenewSession(): () => Promise<void> {
  const client = useQueryClient()
  return useMemo(
    () => async () => {
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] })
      await client.refetchQueries({ queryKey: meKey })
    },
    [client],
  )
}

interface Signed {
  me: Me
  can: (need: Permission) => boolean
  /** The stores this person may act for, in the order of their codes; [] while loading. */
  stores: Store[]
  /** The store chosen in the top bar; '' means all of them. */
  storeId: string
  chooseStore: (id: string) => void
  /** The store's name, or its id where the store is not known. */
  storeName: (id: string | undefined) => string
}

const context = createContext<Signed | null>(null)
const keptStore = 'huiji.store'

/** Makes the person, their permissions and the chosen store known to everything inside. */
export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const readable = me.permissions.includes('store.read')
  const answer = useApi<List<Store>>('/stores', {}, { enabled: readable })
  const [chosen, setChosen] = useState(() => localStorage.getItem(keptStore) ?? '')

  const value = useMemo<Signed>(() => {
    const own = me.staff?.stores ?? []
    const all = answer.data?.items ?? []
    const stores = all.filter((store) => own.length === 0 || own.includes(store.id))
    const only = stores.length === 1 ? stores[0]?.id : undefined
    return {
      me,
      can: (need) => me.permissions.includes(need),
      stores,
      storeId: only ?? (stores.some((store) => store.id === chosen) ? chosen : ''),
      chooseStore: (id) => {
        localStorage.setItem(keptStore, id)
        setChosen(id)
      },
      storeName: (id) => (id ? (all.find((store) => store.id === id)?.name ?? id) : ''),
    }
  }, [me, answer.data, chosen])

  return <context.Provider value={value}>{children}</context.Provider>
}

/** The signed-in person. Only inside the shell, where there always is one. */
export function useSession(): Signed {
  const signed = useContext(context)
  if (!signed) throw new Error('useSession needs a SessionProvider above it')
  return signed
}
