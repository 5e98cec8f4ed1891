import { Button } from 'antd'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './page.module.css'

/** The foot of a growing list: how much is shown, and more. */
export function MoreFoot(props: { count: number; more: boolean; busy: boolean; next: () => void }) {
  const t = useText(words)
  return (
    <div className={css.foot}>
      <span>{t('shown', { count: props.count })}</span>
      {props.more && (
        <Button type="link" loading={props.busy} onClick={props.next}>
          {t('loadMore')}
        </Button>
      )}
    </div>
  )
}
