import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon } from '@/shared/icons/Icon'
import css from './page.module.css'
import { Copyable, Definition } from './values'

/** A key figure in the head of a record. */
export interface KeyFigure {
  label: string
  value: ReactNode
  hint?: ReactNode
  /** How it is counted. */
  definition?: string
  /** The list behind the figure. */
  to?: string
}

export interface RecordPageProps {
  back: { to: string; label: string }
  title: ReactNode
  /** Shown beside the title and copied with one click. */
  number?: string
  status?: ReactNode
  line?: ReactNode
  figures?: readonly KeyFigure[]
  actions?: ReactNode
  /** Stands above both columns, as a notice. */
  above?: ReactNode
  /** The narrow column: properties. */
  side?: ReactNode
  /** The main column: timeline and tables, one Card after the other. */
  children: ReactNode
}

/** A page that is one thing: who or what it is, its key figures, and all that belongs to it. */
export function RecordPage(props: RecordPageProps) {
  return (
    <div className={css.page}>
      <div>
        <Link to={props.back.to} className={css.back}>
          <Icon name="left" size={14} />
          {props.back.label}
        </Link>
        <header className={css.head}>
          <div className={css.headText}>
            <div className={css.recordTitle}>
              <h1 className={css.title}>{props.title}</h1>
              {props.number && <Copyable value={props.number} />}
              {props.status}
            </div>
            {props.line && <div className={css.line}>{props.line}</div>}
          </div>
          {props.actions && <div className={css.headAction}>{props.actions}</div>}
        </header>
      </div>
      {props.above}
      {props.figures && <KeyFigures items={props.figures} />}
      {props.side ? (
        <div className={css.record}>
          <div className={css.column}>{props.children}</div>
          <div className={css.column}>{props.side}</div>
        </div>
      ) : (
        props.children
      )}
    </div>
  )
}

/** Key figures in a row; `inset` leaves the frame to the card around them. */
export function KeyFigures({ items, inset }: { items: readonly KeyFigure[]; inset?: boolean }) {
  return (
    <dl className={inset ? css.figuresInset : css.figures}>
      {items.map((item) => (
        <div key={item.label} className={css.figureCell}>
          <dt className={css.figureLabel}>
            {item.label}
            {item.definition && <Definition text={item.definition} />}
          </dt>
          <dd>
            <div className={css.figureValue}>{item.to ? <Link to={item.to}>{item.value}</Link> : item.value}</div>
            {item.hint && <div className={css.figureHint}>{item.hint}</div>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
