import { useMemo } from 'react'
import type { AuditEvent } from '@/shared/api/types'
import { basisPoints } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useJobName } from '@/shared/jobs/kinds'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { isCode, unitOf } from './audit'
import { deeds, facts, text, values } from './text'

/** Facts that hold a code of the product's own. */
const codes = new Set(['status', 'kind', 'gender', 'rounding', 'trade', 'password', 'scopes', 'points'])

/** Names for what the log keeps in codes. What is not known is shown as it was kept. */
export function useNames() {
  const a = useText(text)
  const d = useText(deeds)
  const f = useText(facts)
  const v = useText(values)
  const format = useFormat()
  const job = useJobName()
  const { storeName } = useSession()
  return useMemo(() => {
    const coded = (code: string) => (code in values.said ? v(code as keyof typeof values.said) : code)
    return {
      actor: (event: Pick<AuditEvent, 'who' | 'actor_name' | 'actor_id'>) => {
        const name = event.actor_name || event.actor_id
        if (event.who === 'system') return name === 'cli' || name === 'setup' ? a(name) : name || a('system')
        return name || a('nobody')
      },
      label: (event: Pick<AuditEvent, 'action' | 'label' | 'object'>) => {
        const name = event.label || (isCode(event.object) ? '' : event.object)
        if (event.action.startsWith('job.')) return job(name)
        return event.action.startsWith('setting.') ? coded(name) : name
      },
      deed: (action: string) => (action in deeds.said ? d(action as keyof typeof deeds.said) : action),
      fact: (action: string, name: string) => {
        if (action.startsWith('auth.') && name === 'code') return a('cause')
        return name in facts.said ? f(name as keyof typeof facts.said) : name
      },
      value: (action: string, name: string, value: unknown): string => {
        if (value === null || value === undefined || value === '') return ''
        if (typeof value === 'boolean') return v(value ? 'true' : 'false')
        if (typeof value === 'number') {
          const unit = unitOf(action, name)
          return unit === 'money' ? format.money(value) : unit === 'rate' ? basisPoints(value) : format.integer(value)
        }
        if (Array.isArray(value)) return value.map(String).join('、')
        const kept = String(value)
        // Stores and roles are kept by their codes, one after the other.
        if (kept.startsWith('sto_')) return kept.split(' ').map(storeName).join('、')
        if (name === 'roles') return kept.split(' ').map(coded).join('、')
        // What people wrote themselves is never taken for a code.
        return codes.has(name.split('.').at(-1) ?? name) || name.startsWith('consent.') ? coded(kept) : kept
      },
    }
  }, [a, d, f, v, format, job, storeName])
}
