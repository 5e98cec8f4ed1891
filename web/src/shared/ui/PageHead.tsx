import type { ReactNode } from 'react'
import css from './page.module.css'

/** The head of a page: its title, what it is for, and its primary action at the right. */
export function PageHead({ title, line, action }: { title: ReactNode; line?: ReactNode; action?: ReactNode }) {
  return (
    <header className={css.head}>
      <div className={css.headText}>
        <h1 className={css.title}>{title}</h1>
        {line && <p className={css.line}>{line}</p>}
      </div>
      {action && <div className={css.headAction}>{action}</div>}
    </header>
  )
}

/** A titled part of a page. */
export function Card(props: { title?: ReactNode; line?: ReactNode; end?: ReactNode; children: ReactNode; flush?: boolean; id?: string }) {
  return (
    <section className={css.card} id={props.id}>
      {(props.title || props.end) && (
        <header className={css.cardHead}>
          <div className={css.headText}>
            <h2 className={css.cardTitle}>{props.title}</h2>
            {props.line && <p className={css.line}>{props.line}</p>}
          </div>
          {props.end}
        </header>
      )}
      <div className={props.flush ? css.cardFlush : css.cardBody}>{props.children}</div>
    </section>
  )
}

/** Names and values, one below the other, as in the narrow column of a record. */
export function Properties({ items }: { items: readonly { label: string; value: ReactNode }[] }) {
  return (
    <dl className={css.properties}>
      {items.map((item) => (
        <div key={item.label} className={css.property}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
