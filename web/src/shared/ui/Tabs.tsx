import { useId, type KeyboardEvent, type ReactNode } from 'react'
import css from './page.module.css'

export interface Tab {
  key: string
  label: ReactNode
  body: ReactNode
}

/** Bodies of one record, one shown at a time; arrow keys move between them. */
export function Tabs({ items, at, go, label }: { items: readonly Tab[]; at: string; go: (key: string) => void; label: string }) {
  const id = useId()
  const shown = items.find((item) => item.key === at) ?? items[0]
  const onKey = (e: KeyboardEvent<HTMLDivElement>) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const now = items.findIndex((item) => item.key === shown?.key)
    const next = items[(now + step + items.length) % items.length]
    if (!next) return
    go(next.key)
    document.getElementById(`${id}-${next.key}`)?.focus()
  }
  return (
    <section className={css.card}>
      <div className={css.views} role="tablist" aria-label={label} tabIndex={-1} onKeyDown={onKey}>
        {items.map((item) => (
          <button
            key={item.key}
            id={`${id}-${item.key}`}
            type="button"
            role="tab"
            className={css.view}
            aria-selected={item === shown}
            aria-controls={item === shown ? `${id}-body` : undefined}
            tabIndex={item === shown ? 0 : -1}
            onClick={() => go(item.key)}
          >
            {item.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-body`} aria-labelledby={shown ? `${id}-${shown.key}` : undefined}>
        {shown?.body}
      </div>
    </section>
  )
}
