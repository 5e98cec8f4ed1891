import { useMemo } from 'react'
import type { AuditEvent } from '@/shared/api/types'
import { basisPoints } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { unitOf } from './audit'
import { deeds, facts, text } from './text'

/** Names for what the log keeps in codes. What is not known is shown as it was kept. */
export function useNames() {
  const a = useText(text)
  const d = useText(deeds)
  const f = useText(facts)
  const format = useFormat()
  const { storeName } = useSession()
  return useMemo(
    () => ({
      actor: (event: Pick<AuditEvent, 'who' | 'actor_name' | 'actor_id'>) => {
        const name = event.actor_name || event.actor_id
        return event.who === 'system' && (name === 'cli' || name === 'setup') ? a(name) : name || a('system')
      },
      deed: (action: string) => (action in deeds.said ? d(action as keyof typeof deeds.said) : action),
      fact: (name: string) => (name in facts.said ? f(name as keyof typeof facts.said) : name),
      value: (action: string, name: string, value: unknown): string => {
        if (value === null || value === undefined || value === '') return ''
        if (typeof value === 'boolean') return f(value ? 'yes' : 'no')
        if (typeof value === 'number') {
          const unit = unitOf(action, name)
          return unit === 'money' ? format.money(value) : unit === 'rate' ? basisPoints(value) : format.integer(value)
        }
        if (Array.isArray(value)) return value.map(String).join('、')
        const words = String(value)
        // Stores are kept by their ids, one after the other.
        return words.startsWith('sto_') ? words.split(' ').map(storeName).join('、') : words
      },
    }),
    [a, d, f, format, storeName],
  )
}
