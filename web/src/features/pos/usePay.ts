import { useCallback, useMemo, useState } from 'react'
import type { Tender } from '@/shared/api/types'
import { currencyDigits, parseMoney } from '@/shared/format/format'
import { leftOf, offer, type Offer, type Part } from './tender'

export interface Pay {
  method: Tender
  choose: (method: Tender) => void
  typed: string
  type: (typed: string) => void
  parts: readonly Part[]
  removePart: (at: number) => void
  /** Keeps the offer as a part and goes on with what is left. */
  takePart: (part: Part) => void
  left: number
  /** What the typed amount would do. */
  offer: Offer
  begin: () => void
  /** Forgets the parts; what is typed stays. */
  dropParts: () => void
}

/** How the bill is being paid, until it is sent. */
export function usePay(total: number, currency: string): Pay {
  const [method, setMethod] = useState<Tender>('cash')
  const [typed, setTyped] = useState('')
  const [parts, setParts] = useState<readonly Part[]>([])
  const left = leftOf(total, parts)
  const begin = useCallback(() => {
    setMethod('cash')
    setTyped('')
    setParts([])
  }, [])
  const dropParts = useCallback(() => setParts((all) => (all.length === 0 ? all : [])), [])
  return useMemo(() => {
    const digits = currencyDigits(currency)
    // A point at the end is a number on its way.
    const given = typed === '' ? null : parseMoney(digits > 0 && typed.endsWith('.') ? typed + '0' : typed, currency)
    return {
      method,
      choose: (next) => {
        setMethod(next)
        setTyped('')
      },
      typed,
      type: setTyped,
      parts,
      removePart: (at) => setParts((all) => all.toSpliced(at, 1)),
      takePart: (part) => {
        setParts((all) => [...all, part])
        setTyped('')
      },
      left,
      offer: offer(method, given, left, parts.length),
      begin,
      dropParts,
    }
  }, [method, typed, parts, left, currency, begin, dropParts])
}
