import { Button } from 'antd'
import type { ReactElement, ReactNode } from 'react'
import type { UrlState } from '@/shared/app/urlState'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './page.module.css'

/** One way to narrow a list. `dates` fills `from` and `to`, both days included. */
export type Filter =
  | { kind: 'choice'; name: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'text'; name: string; label: string; placeholder?: string }
  | { kind: 'dates'; label: string }
  | { kind: 'field'; name: string; label: string; field: ReactElement; show: (value: string) => ReactNode }

/** Writes into the address; '' removes a name. */
export type SetState = (change: Record<string, string>) => void

function shownValue(filter: Exclude<Filter, { kind: 'dates' }>, value: string): ReactNode {
  if (filter.kind === 'field') return filter.show(value)
  if (filter.kind === 'text') return value
  return filter.options.find((option) => option.value === value)?.label ?? value
}

/** The filters in force, each with a way to remove it. */
export function Chips(props: { filters: readonly Filter[]; state: UrlState; remove: SetState; clear: () => void }) {
  const t = useText(words)
  const chips = props.filters.flatMap((filter) => {
    if (filter.kind === 'dates') {
      const { from = '', to = '' } = props.state
      return from || to ? [{ key: 'dates', label: filter.label, value: `${from || '…'} – ${to || '…'}`, names: ['from', 'to'] }] : []
    }
    const value = props.state[filter.name] ?? ''
    if (!value) return []
    const shown = shownValue(filter, value)
    return [{ key: filter.name, label: filter.label, value: shown, names: [filter.name] }]
  })
  if (chips.length === 0) return null
  return (
    <div className={css.chips}>
      {chips.map((chip) => (
        <span key={chip.key} className={css.chip}>
          {chip.label}: {chip.value}
          <button
            type="button"
            aria-label={t('filterRemove', { name: chip.label })}
            onClick={() => props.remove(Object.fromEntries(chip.names.map((name) => [name, ''])))}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <Button type="link" size="small" onClick={props.clear}>
        {t('filterClear')}
      </Button>
    </div>
  )
}
