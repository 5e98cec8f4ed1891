import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react'
import { newKey } from '@/shared/api/client'
import { changed, type BillChange } from './bill'
import { keptUnder, readKept, type Kept } from './kept'
import type { Attempt, LastSale } from './sale'

type Turn =
  | { do: 'bill'; change: BillChange }
  /** A sale is on its way; it is written down before it is sent. */
  | { do: 'attempt'; attempt: Attempt | null }
  /** The sale is booked: the next bill begins. */
  | { do: 'sold'; last: LastSale; key: string }

function turned(kept: Kept, turn: Turn): Kept {
  if (turn.do === 'bill') return { ...kept, bill: changed(kept.bill, turn.change) }
  if (turn.do === 'attempt') return { ...kept, attempt: turn.attempt }
  return { bill: changed(kept.bill, { do: 'begin', key: turn.key }), attempt: null, last: turn.last }
}

export interface KeptBill extends Kept {
  change: (change: BillChange) => void
  /** Remembers a sale before it is sent; null forgets it. The device holds it when this returns. */
  remember: (attempt: Attempt | null) => void
  sold: (last: LastSale) => void
}

/** The bill of this device, and the sale that is on its way; both survive a reload. */
export function useKept(merchantId: string, storeId: string): KeptBill {
  const place = keptUnder(merchantId, storeId)
  const [kept, turn] = useReducer(turned, place, (at) => readKept(localStorage.getItem(at), newKey()))
  const now = useRef(kept)
  useEffect(() => {
    now.current = kept
    localStorage.setItem(place, JSON.stringify(kept))
  }, [kept, place])

  const change = useCallback((next: BillChange) => turn({ do: 'bill', change: next }), [])
  const remember = useCallback(
    (attempt: Attempt | null) => {
      now.current = { ...now.current, attempt }
      localStorage.setItem(place, JSON.stringify(now.current))
      turn({ do: 'attempt', attempt })
    },
    [place],
  )
  const sold = useCallback((last: LastSale) => turn({ do: 'sold', last, key: newKey() }), [])
  return useMemo(() => ({ ...kept, change, remember, sold }), [kept, change, remember, sold])
}
