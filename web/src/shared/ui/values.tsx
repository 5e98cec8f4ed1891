import { Tooltip } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './parts.module.css'

/** An amount of money, in the smallest unit of the merchant's currency. */
export function Money({ amount, strong }: { amount: number; strong?: boolean }) {
  const format = useFormat()
  return <span className={strong ? css.figureStrong : css.figure}>{format.money(amount)}</span>
}

/** A number of points, in gold; `signed` shows +120 and −120 and greys what went out. */
export function Points({ amount, signed, unit }: { amount: number; signed?: boolean; unit?: boolean }) {
  const format = useFormat()
  const shown = signed ? format.signed(amount) : unit ? format.points(amount) : format.integer(amount)
  return <span className={signed && amount < 0 ? css.figure : css.points}>{shown}</span>
}

/** A phone number as the server gave it, usually masked; a dash where there is none. */
export function Phone({ value }: { value: string | undefined }) {
  return value ? <span className={css.figure}>{value}</span> : <Dash />
}

/** Stands where there is no value. */
export function Dash() {
  return <span className={css.dash} data-nothing="">—</span>
}

/** An instant in the merchant's time zone. */
export function Time({ at, detail = 'minute' }: { at: string | null | undefined; detail?: 'day' | 'minute' | 'second' }) {
  const format = useFormat()
  if (!at) return <Dash />
  return (
    <time dateTime={at} className={css.figure}>
      {format[detail](at)}
    </time>
  )
}

export type Tone = 'green' | 'amber' | 'red' | 'blue' | 'slate' | 'jade' | 'gold'

/** A status: a dot and a word. The word alone says it, the dot only helps. */
export function StatusDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={css.status}>
      <i className={`${css.dot} ${css[tone]}`} aria-hidden="true" />
      {children}
    </span>
  )
}

/** A small label, as for a member's tag. */
export function Chip({ children, tone = 'slate' }: { children: ReactNode; tone?: Tone }) {
  return <span className={`${css.chip} ${css['soft_' + tone]}`}>{children}</span>
}

/** Several labels; the rest is counted. */
export function Chips({ items, most = 2 }: { items: readonly string[]; most?: number }) {
  if (items.length === 0) return <Dash />
  return (
    <span className={css.chips} title={items.join('、')}>
      {items.slice(0, most).map((item) => (
        <Chip key={item}>{item}</Chip>
      ))}
      {items.length > most && <span className={css.dash}>+{items.length - most}</span>}
    </span>
  )
}

/** A number or code that people copy. */
export function Copyable({ value }: { value: string }) {
  const t = useText(words)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Tooltip title={t(copied ? 'copied' : 'copy')}>
      <button
        type="button"
        className={css.copy}
        onClick={() => void navigator.clipboard?.writeText(value).then(() => setCopied(true))}
      >
        {value}
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </button>
    </Tooltip>
  )
}

/** A question mark that explains how a figure is counted. */
export function Definition({ text }: { text: string }) {
  const t = useText(words)
  return (
    <Tooltip title={text} trigger={['hover', 'focus', 'click']}>
      <button type="button" className={css.definition} aria-label={`${t('definition')}: ${text}`}>
        <Icon name="info" size={14} />
      </button>
    </Tooltip>
  )
}
