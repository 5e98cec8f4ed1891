import { Button, Dropdown, Segmented, Skeleton } from 'antd'
import { Suspense, lazy } from 'react'
import { download } from '@/shared/api/client'
import { useApi } from '@/shared/api/query'
import type { Statement } from '@/shared/api/typesReports'
import { useParams, useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { ErrorState } from '@/shared/ui/ErrorState'
import { IconButton } from '@/shared/ui/IconButton'
import { RecordPage } from '@/shared/ui/RecordPage'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import { Sheet } from './Sheet'
import { addMonths, lengths, monthsOf } from './statement'
import css from './statement.module.css'
import { text } from './text'

const MonthField = lazy(() => import('./MonthField'))

export default function StatementPage() {
  const t = useText(text)
  const format = useFormat()
  const tell = useTell()
  const { id } = useParams({ strict: false }) as { id: string }
  const [state, setState] = useUrlState()
  const current = format.today().slice(0, 7)
  const { from, to, length } = monthsOf(state, current)
  const request = { path: { id }, query: { asset: state.asset || 'points', from, to } }
  const statement = useApi<Statement>('/members/{id}/statement', request, { keep: true })
  const save = (kind: string) => {
    download('/members/{id}/statement/file', { ...request, query: { ...request.query, format: kind } }).catch((thrown: unknown) => tell.failed(thrown))
  }
  const go = (month: string) => setState({ month: month === current ? '' : month })
  return (
    <div className={css.page}>
      <RecordPage
        back={{ to: '/members/' + id, label: statement.data?.member_name || t('back') }}
        title={t('title')}
        line={t('line')}
        actions={
          <>
            <Dropdown
              trigger={['click']}
              placement="bottomRight"
              menu={{ items: [{ key: 'csv', label: t('csv') }, { key: 'xlsx', label: t('xlsx') }], onClick: ({ key }) => save(key) }}
            >
              <Button icon={<Icon name="download" size={16} />}>{t('download')}</Button>
            </Dropdown>
            <Button type="primary" icon={<Icon name="print" size={16} />} disabled={!statement.data} onClick={() => window.print()}>
              {t('print')}
            </Button>
          </>
        }
      >
        <div className={css.tools}>
          <div className={css.months}>
            <IconButton icon="left" label={t('earlier')} onClick={() => go(addMonths(to, -1))} />
            <Suspense fallback={<Skeleton.Input active />}>
              <MonthField label={t('month')} value={to} max={current} onChange={go} />
            </Suspense>
            <IconButton icon="right" label={t('later')} disabled={to >= current} onClick={() => go(addMonths(to, 1))} />
          </div>
          <Segmented<number>
            aria-label={t('length')}
            value={length}
            onChange={(months) => setState({ months: months === 1 ? '' : String(months) })}
            options={lengths.map((one) => ({ value: one, label: t('lengthOf', { count: one }) }))}
          />
        </div>
        {statement.isPending && <Splash />}
        {statement.isError && <ErrorState problem={statement.error} retry={() => void statement.refetch()} />}
        {statement.data && <Sheet statement={statement.data} />}
      </RecordPage>
    </div>
  )
}
