import { Button, Drawer } from 'antd'
import type { DeadLetter } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useJobName } from '@/shared/jobs/kinds'
import { useText } from '@/shared/text/text'
import { formCss } from '@/shared/ui/fields'
import { Properties } from '@/shared/ui/PageHead'
import { Copyable } from '@/shared/ui/values'
import css from './health.module.css'
import { text } from './text'

/** One job that failed for good: what it is, when, and what it said in the end. */
export function LetterDrawer(props: { letter: DeadLetter | undefined; close: () => void; replay?: (letter: DeadLetter) => void }) {
  const t = useText(text)
  const { letter, replay } = props
  return (
    <Drawer
      open={letter !== undefined}
      onClose={props.close}
      size={480}
      title={t('drawer')}
      destroyOnHidden
      footer={
        replay && (
          <div className={formCss.foot}>
            <Button type="primary" onClick={() => letter && replay(letter)}>
              {t('replay')}
            </Button>
          </div>
        )
      }
    >
      {letter && <Body letter={letter} />}
    </Drawer>
  )
}

function Body({ letter }: { letter: DeadLetter }) {
  const t = useText(text)
  const name = useJobName()
  const format = useFormat()
  return (
    <>
      <Properties
        items={[
          { label: t('job'), value: name(letter.kind) },
          { label: t('attempts'), value: t('times', { count: letter.attempts }) },
          { label: t('createdAt'), value: format.second(letter.created_at) },
          { label: t('failedAt'), value: format.second(letter.failed_at) },
          { label: t('kind'), value: <code className={css.code}>{letter.kind}</code> },
          { label: t('number'), value: <Copyable value={letter.id} /> },
        ]}
      />
      <section className={css.section}>
        <h3>{t('error')}</h3>
        <pre className={css.error}>{letter.last_error || t('noError')}</pre>
        {letter.last_error.includes('…') && <p className={css.masked}>{t('masked')}</p>}
      </section>
    </>
  )
}
