import { useNavigate, type ErrorComponentProps } from '@tanstack/react-router'
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
  const Title = page ? 'h1' : 'p'
  return (
    <div className={page ? css.errorPage : css.error} role="alert">
      <span className={css.badgeRed}>
        <Icon name="warning" size={22} />
      </span>
      <Title className={css.title}>{t('errorTitle')}</Title>
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
  const navigate = useNavigate()
  return (
    <div className={css.errorPage}>
      <Empty
        page
        icon="search"
        title={t('notFoundTitle')}
        line={t('notFoundLine')}
        action={
          <Button type="primary" onClick={() => void navigate({ to: '/' })}>
            {t('notFoundDo')}
          </Button>
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
        page
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
