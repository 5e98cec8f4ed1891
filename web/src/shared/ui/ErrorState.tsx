import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Problem } from '@/shared/api/problem'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from './Empty'
import css from './states.module.css'

/** Something did not load: what happened, what was kept, what to do. */
export function ErrorState({ problem, retry, page }: { problem: Problem; retry?: () => void; page?: boolean }) {
  const t = useText(words)
  return (
    <div className={page ? css.errorPage : css.error} role="alert">
      <span className={css.badgeRed}>
        <Icon name="warning" size={22} />
      </span>
      <p className={css.title}>{t('errorTitle')}</p>
      <p className={css.line}>
        {problem.message} {t('errorKept')}
      </p>
      {problem.requestId && <p className={css.small}>{t('requestId', { id: problem.requestId })}</p>}
      {retry && (
        <div className={css.action}>
          <Button onClick={retry}>{t('retry')}</Button>
        </div>
      )}
    </div>
  )
}

/** No page at this address. */
export function NotFound() {
  const t = useText(words)
  return (
    <div className={css.errorPage}>
      <Empty
        icon="search"
        title={t('notFoundTitle')}
        line={t('notFoundLine')}
        action={
          <Link to="/">
            <Button type="primary">{t('notFoundDo')}</Button>
          </Link>
        }
      />
    </div>
  )
}

/** The page's own code failed. Reloading also fetches a newer version of the app. */
export function Crash(_props: ErrorComponentProps) {
  const t = useText(words)
  return (
    <div className={css.errorPage} role="alert">
      <Empty
        icon="warning"
        title={t('crashTitle')}
        line={t('crashLine')}
        action={
          <Button type="primary" onClick={() => window.location.reload()}>
            {t('reload')}
          </Button>
        }
      />
    </div>
  )
}
