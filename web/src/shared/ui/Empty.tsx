import type { ReactNode } from 'react'
import { Icon, type IconName } from '@/shared/icons/Icon'
import css from './states.module.css'

/** An empty place: what it is for, and the one action to begin. With `page` it is all there is, and its title heads the page. */
export function Empty(props: { icon?: IconName; title: string; line?: ReactNode; action?: ReactNode; compact?: boolean; page?: boolean }) {
  const Title = props.page ? 'h1' : 'p'
  return (
    <div className={props.compact ? css.emptyCompact : css.empty}>
      {props.icon && (
        <span className={css.badge}>
          <Icon name={props.icon} size={22} />
        </span>
      )}
      <Title className={css.title}>{props.title}</Title>
      {props.line && <p className={css.line}>{props.line}</p>}
      {props.action && <div className={css.action}>{props.action}</div>}
    </div>
  )
}
