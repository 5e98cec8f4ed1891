import type { ReactNode } from 'react'
import { Icon } from '@/shared/icons/Icon'
import css from './parts.module.css'
import type { Tone } from './values'

/** A sentence that belongs to the place it stands in: a warning, a hint, a fault. */
export function Notice({ tone = 'blue', children, end }: { tone?: Tone; children: ReactNode; end?: ReactNode }) {
  return (
    <div className={`${css.notice} ${css['soft_' + tone]}`} role={tone === 'red' ? 'alert' : 'note'}>
      <Icon name={tone === 'red' || tone === 'amber' ? 'warning' : tone === 'green' ? 'check' : 'info'} />
      <div className="notice-body">{children}</div>
      {end && <div className={css.noticeEnd}>{end}</div>}
    </div>
  )
}
