import { useCallback } from 'react'
import type { Dues, Liability, Programme, ProgrammeMonth, TierDues } from '@/shared/api/typesReports'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import type { Palette } from '@/shared/theme/tokens'
import { axes } from '@/shared/ui/chart'
import { ChartCard } from '@/shared/ui/ChartCard'
import { DataTable, type Column as TableColumn } from '@/shared/ui/DataTable'
import { Card } from '@/shared/ui/PageHead'
import { Dash, Money } from '@/shared/ui/values'
import { begun, columnsOf, groups, others, toMembers, unitsOf, type Column } from './liability'
import { text } from './text'

const parts = ['available', 'pending', 'held'] as const

/** Says units with the decimals of the asset, on an axis and in a table. */
function useUnits(scale: number) {
  const format = useFormat()
  const units = useCallback((value: number) => unitsOf(value, scale), [scale])
  const short = useCallback((value: number) => format.short(value / 10 ** scale), [format, scale])
  return { units, short }
}

/** The columns that every table of what is owed has. */
function useDuesColumns<T extends Dues>(scale: number, valued: boolean): TableColumn<T>[] {
  const t = useText(text)
  const { units } = useUnits(scale)
  return [
    ...parts.map((part): TableColumn<T> => ({ key: part, title: t(part), align: 'right', render: (d) => units(d[part]), from: 'wide' })),
    { key: 'units', title: t('units'), align: 'right', render: (d) => units(d.units) },
    ...(valued ? [{ key: 'amount', title: t('amount'), align: 'right' as const, render: (d: T) => (d.amount === null ? <Dash /> : <Money amount={d.amount} />) }] : []),
  ]
}

/** What is owed by the month in which it expires. */
export function ByMonth({ liability }: { liability: Liability }) {
  const t = useText(text)
  const { units, short } = useUnits(liability.scale)
  const columns = columnsOf(liability.months)
  const nameOf = useCallback(
    (c: Column) => (c.kind === 'never' ? t('never') : c.kind === 'later' ? t('later', { month: c.month }) : c.month),
    [t],
  )
  const option = useCallback(
    (palette: Palette) => {
      const { category, value } = axes(palette)
      const drawn = columnsOf(liability.months).filter((c) => c.kind !== 'never')
      const series = parts.filter((part) => part === 'available' || drawn.some((c) => c[part] !== 0))
      return {
        ...(series.length > 1 ? {} : { legend: { show: false }, grid: { left: 4, right: 8, top: 12, bottom: 4, containLabel: true } }),
        xAxis: { ...category, data: drawn.map(nameOf) },
        yAxis: { ...value, axisLabel: { ...value.axisLabel, formatter: short } },
        series: series.map((part) => ({
          name: t(part),
          type: 'bar',
          stack: 'owed',
          data: drawn.map((c) => c[part]),
          barMaxWidth: 28,
          tooltip: { valueFormatter: units },
        })),
      }
    },
    [liability.months, nameOf, short, t, units],
  )
  const never = liability.months.find((m) => m.month === null)?.units ?? 0
  const dues = useDuesColumns<Column>(liability.scale, liability.total.amount !== null)
  return (
    <ChartCard<Column>
      title={t('byMonth')}
      line={never > 0 ? t('byMonthNever', { never: units(never) }) : t('byMonthLine')}
      rows={columns}
      rowKey={(c) => c.kind + c.month}
      columns={[{ key: 'month', title: t('month'), render: nameOf }, ...dues]}
      option={option}
      file={t('fileMonth')}
      summary={t('monthSummary', { total: units(liability.total.units), never: units(never) })}
    />
  )
}

/** What is owed to each tier. */
export function ByTier({ liability }: { liability: Liability }) {
  const t = useText(text)
  const format = useFormat()
  const { units } = useUnits(liability.scale)
  const { total, tiers } = liability
  const columns: TableColumn<TierDues>[] = [
    { key: 'tier', title: t('tier'), render: (tier) => tier.name || t('noTier') },
    { key: 'members', title: t('members'), align: 'right', render: (tier) => format.integer(tier.accounts) },
    { key: 'units', title: t('units'), align: 'right', render: (tier) => units(tier.units) },
    { key: 'share', title: t('share'), align: 'right', render: (tier) => format.percent(tier.units / Math.max(1, total.units)) },
    ...(total.amount === null
      ? []
      : [{ key: 'amount', title: t('amount'), align: 'right' as const, render: (tier: TierDues) => (tier.amount === null ? <Dash /> : <Money amount={tier.amount} />) }]),
  ]
  return (
    <Card title={t('byTier')} line={t('byTierLine')} flush>
      <DataTable dense label={t('byTier')} columns={columns} rows={tiers} rowKey={(tier) => tier.tier} />
    </Card>
  )
}

/** What was given, used and expired in each month, and what members had at its end. */
export function Months({ programme }: { programme: Programme }) {
  const t = useText(text)
  const { units, short } = useUnits(programme.scale)
  const months = begun(programme.months)
  const option = useCallback(
    (palette: Palette) => {
      const { category, value } = axes(palette)
      const bar = (name: string, data: number[]) => ({ name, type: 'bar', stack: 'moved', data, barMaxWidth: 24, tooltip: { valueFormatter: units } })
      return {
        legend: {
          type: 'scroll',
          itemWidth: 14,
          top: 0,
          left: 0,
          itemGap: 16,
          textStyle: { color: palette.slate, fontSize: 12 },
          pageIconColor: palette.slate,
          pageIconInactiveColor: palette.line,
          pageTextStyle: { color: palette.slate },
        },
        xAxis: { ...category, data: months.map((m) => m.month) },
        yAxis: { ...value, axisLabel: { ...value.axisLabel, formatter: short } },
        series: [
          bar(t('issued'), months.map((m) => toMembers(m, groups.issued))),
          bar(t('redeemed'), months.map((m) => toMembers(m, groups.redeemed))),
          bar(t('expired'), months.map((m) => toMembers(m, groups.expired))),
          bar(t('other'), months.map(others)),
          {
            name: t('closing'),
            type: 'line',
            data: months.map((m) => m.closing),
            symbol: 'circle',
            symbolSize: 6,
            lineStyle: { width: 2 },
            tooltip: { valueFormatter: units },
          },
        ],
      }
    },
    [months, short, t, units],
  )
  const column = (key: string, title: string, of: (m: ProgrammeMonth) => number): TableColumn<ProgrammeMonth> => ({
    key,
    title,
    align: 'right',
    render: (m) => units(of(m)),
  })
  return (
    <ChartCard<ProgrammeMonth>
      title={t('programme')}
      line={t('programmeLine')}
      rows={months.toReversed()}
      rowKey={(m) => m.month}
      columns={[
        { key: 'month', title: t('monthOf'), render: (m) => m.month },
        column('opening', t('opening'), (m) => m.opening),
        column('issued', t('issued'), (m) => toMembers(m, groups.issued)),
        column('redeemed', t('redeemed'), (m) => toMembers(m, groups.redeemed)),
        column('expired', t('expired'), (m) => toMembers(m, groups.expired)),
        column('other', t('other'), others),
        column('closing', t('closing'), (m) => m.closing),
      ]}
      option={option}
      file={t('fileProgramme')}
      summary={t('programmeSummary', { from: programme.from, to: programme.to, opening: units(programme.opening), closing: units(programme.closing) })}
    />
  )
}
