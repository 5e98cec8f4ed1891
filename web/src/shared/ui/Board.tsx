import { Link } from '@tanstack/react-router'
import css from './page.module.css'
import { Definition } from './values'

export interface BoardFigure {
  key: string
  label: string
  /** What the figure is about, as in 今日. */
  period: string
  /** The figure as it is shown. */
  shown: string
  gold?: boolean
  /**
   * The figure of the period before as it is shown, and what that is called. It is said and not
   * judged: a change in percent would mislead where a day that has just begun stands beside a whole one.
   */
  before: string
  beforeName: string
  definition: string
  /** The list behind the figure. */
  to?: string
}

/** Figures side by side, each with its period, the figure before and its definition. */
export function Board({ figures }: { figures: readonly BoardFigure[] }) {
  return (
    <div className={css.board}>
      {figures.map((figure) => (
        <div key={figure.key} className={css.boardFigure}>
          <div className={css.boardHead}>
            <span className={css.boardLabel}>
              {figure.label}
              <Definition text={figure.definition} />
            </span>
            <span className={css.boardPeriod}>{figure.period}</span>
          </div>
          {figure.to ? (
            <Link to={figure.to} className={`${css.boardValue} ${figure.gold ? css.boardGold : ''}`}>
              {figure.shown}
            </Link>
          ) : (
            <span className={`${css.boardValue} ${figure.gold ? css.boardGold : ''}`}>{figure.shown}</span>
          )}
          <Before name={figure.beforeName}>{figure.before}</Before>
        </div>
      ))}
    </div>
  )
}

/** An earlier figure, said and not judged. */
export function Before({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <span className={css.before}>
      {name} <strong>{children}</strong>
    </span>
  )
}
