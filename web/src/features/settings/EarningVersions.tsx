import { useApi, useList } from '@/shared/api/query'
import type { EarningPolicy, List, Staff } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { DataTable, type Column } from '@/shared/ui/DataTable'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Card } from '@/shared/ui/PageHead'
import { Chip, Dash, Time } from '@/shared/ui/values'
import { validitySentence } from './rules'
import css from './settings.module.css'
import { text } from './text'

/** Every version of the rule, the one in force first. */
export function EarningVersions() {
  const t = useText(text)
  const format = useFormat()
  const { can } = useSession()
  const versions = useList<EarningPolicy>('/settings/earning/versions', {}, { limit: 0 })
  const staff = useApi<List<Staff>>('/staff', { query: { limit: 200 } }, { enabled: can('staff.read') })
  const nameOf = (id: string | undefined) => (id === 'setup' ? t('setup') : (staff.data?.items.find((one) => one.id === id)?.name ?? id))
  const sentence = (policy: EarningPolicy) => {
    const { key, values } = validitySentence(policy.validity)
    const categories = policy.categories?.length ?? 0
    const excluded = policy.excluded_skus?.length ?? 0
    return [
      t('sentenceRate', { money: format.money(policy.per_amount), count: policy.points }),
      t(policy.rounding === 'down' ? 'wasDown' : 'wasHalfUp'),
      t(key, values),
      ...(policy.pending_days > 0 ? [t('sentencePending', { count: policy.pending_days })] : []),
      ...(categories > 0 ? [t('sentenceCategories', { count: categories })] : []),
      ...(excluded > 0 ? [t('sentenceExcluded', { count: excluded })] : []),
    ].join(' · ')
  }
  const current = versions.items[0]?.version
  const columns: Column<EarningPolicy>[] = [
    {
      key: 'version',
      title: t('version'),
      width: 148,
      render: (p) => (
        <>
          {t('versionOf', { version: p.version ?? 0 })}
          {p.version === current && (
            <span className={css.tag}>
              <Chip tone="green">{t('inForce')}</Chip>
            </span>
          )}
        </>
      ),
    },
    { key: 'rule', title: t('rule'), sentence: true, render: sentence },
    { key: 'since', title: t('since'), width: 152, render: (p) => <Time at={p.effective_at} /> },
    { key: 'by', title: t('by'), width: 128, render: (p) => nameOf(p.set_by) || <Dash /> },
  ]
  return (
    <Card title={t('history')} line={t('historyLine')} flush>
      {versions.isError ? (
        <ErrorState problem={versions.error} retry={() => void versions.refetch()} />
      ) : (
        <DataTable label={t('history')} columns={columns} rows={versions.items} rowKey={(p) => String(p.version)} loading={versions.isPending ? 2 : undefined} />
      )}
    </Card>
  )
}
