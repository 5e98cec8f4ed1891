import { Mark } from '@/shared/mark/Mark'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './states.module.css'

/** Stands while the app finds out who is here, or a page's code is on its way. */
export function Splash() {
  const t = useText(words)
  return (
    <div className={css.splash} role="status">
      <Mark size={32} />
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  )
}
