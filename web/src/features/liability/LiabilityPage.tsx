import { Button, Dropdown } from 'antd'
import { download } from '@/shared/api/client'
import { useApi } from '@/shared/api/query'
import type { Liability, Programme } from '@/shared/api/typesReports'
import { useUrlState } from '@/shared/app/urlState'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { DateField } from '@/shared/ui/fields'
import { Notice } from '@/shared/ui/Notice'
import { PageHead } from '@/shared/ui/PageHead'
import { KeyFigures } from '@/shared/ui/RecordPage'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import { Money } from '@/shared/ui/values'
import { ByMonth, ByTier, Months } from './Charts'
import { unitsOf } from './liability'
import css from './liability.module.css'
import { Revenue } from './Revenue'
import { text } from './text'

export default function LiabilityPage() {
  const t = useText(text)
  const format = useFormat()
  const tell = useTell()
  const [state, setState] = useUrlState()
  const today = format.today()
  const asOf = /^\d{4}-\d{2}-\d{2}$/.test(state.as_of ?? '') && (state.as_of ?? '') < today ? state.as_of : ''
  const asset = state.asset || 'points'
  const query = { asset, as_of: asOf }
  const liability = useApi<Liability>('/ledger/liability', { query }, { keep: true })
  const programme = useApi<Programme>('/ledger/programme', { query: { asset } }, { keep: true })
  const save = (kind: string) => {
    download('/ledger/liability/file', { query: { ...query, format: kind } }).catch((thrown: unknown) => tell.failed(thrown))
  }
  return (
    <div className={css.page}>
      <PageHead
        title={t('title')}
        line={t('line')}
        action={
          <>
            <div className={css.asOf}>
              <span>{t('asOf')}</span>
              <div>
                <DateField value={asOf} max={today} placeholder={t('now')} onChange={(day) => setState({ as_of: !day || day === today ? '' : day })} />
              </div>
            </div>
            <Dropdown
              trigger={['click']}
              placement="bottomRight"
              menu={{ items: [{ key: 'csv', label: t('csv') }, { key: 'xlsx', label: t('xlsx') }], onClick: ({ key }) => save(key) }}
            >
              <Button icon={<Icon name="download" size={16} />}>{t('export')}</Button>
            </Dropdown>
          </>
        }
      />
      {liability.isPending && <Splash />}
      {liability.isError && <ErrorState problem={liability.error} retry={() => void liability.refetch()} />}
      {liability.data && !liability.isError && <Body liability={liability.data} />}
      {programme.data && programme.data.months.some((m) => m.accounts.length > 0 || m.opening !== 0) && (
        <>
          <Months programme={programme.data} />
          <Ties programme={programme.data} />
        </>
      )}
      {liability.data && !liability.isError && <Revenue liability={liability.data} />}
    </div>
  )
}

function Body({ liability }: { liability: Liability }) {
  const t = useText(text)
  const format = useFormat()
  const { total, debt, debtors, worth, scale, past, as_of: at } = liability
  if (total.units === 0 && debt === 0) {
    return <Empty icon="points" title={past ? t('emptyThen', { at: format.minute(at) }) : t('emptyTitle')} line={t('emptyLine')} />
  }
  const units = (value: number) => unitsOf(value, scale)
  return (
    <>
      {past && <Notice tone="blue">{t('pastLine', { at: format.minute(at) })}</Notice>}
      <KeyFigures
        items={[
          { label: t('owed'), value: units(total.units), hint: t('owedBy', { members: format.integer(liability.accounts) }), definition: t('owedDef') },
          {
            label: t('money'),
            value: total.amount === null ? '—' : <Money amount={total.amount} />,
            hint: worth ? t('moneyRate', { points: format.integer(worth.points), amount: format.money(worth.amount) }) : total.amount === null ? t('moneyNone') : undefined,
            definition: t('moneyDef'),
          },
          {
            label: t('split'),
            value: units(total.available),
            hint: t('splitRest', { pending: units(total.pending), held: units(total.held) }),
            definition: t('splitDef'),
          },
          { label: t('debt'), value: units(debt), hint: t('owedBy', { members: format.integer(debtors) }), definition: t('debtDef') },
        ]}
      />
      <div className={css.charts}>
        <ByMonth liability={liability} />
        <ByTier liability={liability} />
      </div>
    </>
  )
}

function Ties({ programme: { audit, scale } }: { programme: Programme }) {
  const t = useText(text)
  const members = unitsOf(audit.members, scale)
  if (audit.ties) return <p className={css.ties}>{t('ties', { members })}</p>
  return <Notice tone="red">{t('tiesNot', { members, programme: unitsOf(-audit.programme, scale) })}</Notice>
}
