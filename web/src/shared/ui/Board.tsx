import { Link } from '@tanstack/react-router'
import { integer, percent, signed } from '@/shared/format/format'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
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
  /** The bare numbers that are compared, and what the earlier one is called. */
  now: number
  before: number
  beforeName: string
  /** `share` compares two ratios in percentage points. */
  compare?: 'percent' | 'share'
  definition: string
  /** The list behind the figure. */
  to?: string
}

/** Figures side by side, each with its period, comparison and definition. */
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
          <Compare {...figure} />
        </div>
      ))}
    </div>
  )
}

/** A comparison: an arrow and a sign, never a colour alone. */
export function Compare(props: { now: number; before: number; beforeName: string; compare?: 'percent' | 'share' }) {
  const t = useText(words)
  const { now, before, beforeName } = props
  const change = now - before
  if (change === 0) {
    return <span className={css.compare}>{t('compareSame', { period: beforeName })}</span>
  }
  const up = change > 0
  const shown =
    props.compare === 'share'
      ? signed(Math.round(change * 1000) / 10)
      : before === 0
        ? signed(change)
        : (up ? '+' : '') + percent(change / Math.abs(before))
  return (
    <span className={css.compare}>
      {t('compareWith', { period: beforeName })}
      <strong>
        <Icon name={up ? 'rise' : 'fall'} size={12} />
        <span className="visually-hidden">{t(up ? 'rise' : 'fall')}</span>
        {props.compare === 'share' ? sharePoints(change) : before === 0 ? integer(0) + ' → ' + shown.replace('+', '') : shown}
      </strong>
    </span>
  )
}

function sharePoints(change: number): string {
  const rounded = Math.round(change * 1000) / 10
  return (rounded > 0 ? '+' : rounded < 0 ? '−' : '') + Math.abs(rounded).toFixed(1) + ' pp'
}
