import { useCallback } from 'react'
import type { TrendDay } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import type { Palette } from '@/shared/theme/tokens'
import { axes } from '@/shared/ui/chart'
import { ChartCard } from '@/shared/ui/ChartCard'
import type { Column } from '@/shared/ui/DataTable'
import { Money, Points } from '@/shared/ui/values'
import { text } from './text'

const sum = (days: readonly TrendDay[], name: Exclude<keyof TrendDay, 'day'>) => days.reduce((all, day) => all + day[name], 0)

/** What stayed in the till: refunds taken off. */
const taken = (day: TrendDay) => day.sales - day.refunds

const monthDay = (day: string) => day.slice(5)

/** Takings and orders of each day. */
export function SalesTrend({ days }: { days: readonly TrendDay[] }) {
  const t = useText(text)
  const format = useFormat()
  const option = useCallback(
    (palette: Palette) => {
      const { category, value } = axes(palette)
      return {
        xAxis: { ...category, data: days.map((day) => monthDay(day.day)) },
        yAxis: [
          { ...value, axisLabel: { ...value.axisLabel, formatter: format.moneyShort } },
          { ...value, splitLine: { show: false }, minInterval: 1 },
        ],
        series: [
          {
            name: t('taken'),
            type: 'bar',
            data: days.map(taken),
            barMaxWidth: 12,
            itemStyle: { borderRadius: [3, 3, 0, 0] },
            tooltip: { valueFormatter: format.money },
          },
          { name: t('orders'), type: 'line', yAxisIndex: 1, data: days.map((day) => day.orders), symbolSize: 5, tooltip: { valueFormatter: format.integer } },
        ],
      }
    },
    [days, format, t],
  )
  const columns: Column<TrendDay>[] = [
    { key: 'day', title: t('day'), render: (d) => d.day },
    { key: 'sales', title: t('taken'), align: 'right', render: (d) => <Money amount={taken(d)} /> },
    { key: 'orders', title: t('orders'), align: 'right', render: (d) => format.integer(d.orders) },
    { key: 'refunds', title: t('refunds'), align: 'right', render: (d) => <Money amount={d.refunds} /> },
    { key: 'joined', title: t('joined'), align: 'right', render: (d) => format.integer(d.new_members) },
  ]
  return (
    <ChartCard<TrendDay>
      title={t('trend')}
      line={t('trendLine')}
      rows={days.toReversed()}
      rowKey={(d) => d.day}
      columns={columns}
      option={option}
      file={t('fileSales')}
      summary={t('trendSummary', { from: days[0]?.day ?? '', to: days.at(-1)?.day ?? '', total: format.money(sum(days, 'sales') - sum(days, 'refunds')) })}
    />
  )
}

/** What was earned, redeemed and expired on each day. */
export function PointsTrend({ days }: { days: readonly TrendDay[] }) {
  const t = useText(text)
  const format = useFormat()
  const option = useCallback(
    (palette: Palette) => {
      const { category, value } = axes(palette)
      const line = (name: string, data: number[], symbol: string, dash: 'solid' | 'dashed' | 'dotted') => ({
        name,
        type: 'line',
        data,
        symbol,
        symbolSize: 6,
        lineStyle: { type: dash, width: 2 },
        tooltip: { valueFormatter: format.integer },
      })
      return {
        legend: { icon: undefined, itemWidth: 22, top: 0, left: 0, itemGap: 16, textStyle: { color: palette.slate, fontSize: 12 } },
        xAxis: { ...category, data: days.map((day) => monthDay(day.day)) },
        yAxis: { ...value, axisLabel: { ...value.axisLabel, formatter: format.short }, minInterval: 1 },
        series: [
          line(t('earned'), days.map((day) => day.points_earned), 'circle', 'solid'),
          line(t('redeemed'), days.map((day) => day.points_redeemed), 'rect', 'dashed'),
          line(t('expired'), days.map((day) => day.points_expired), 'triangle', 'dotted'),
        ],
      }
    },
    [days, format, t],
  )
  const columns: Column<TrendDay>[] = [
    { key: 'day', title: t('day'), render: (d) => d.day },
    { key: 'earned', title: t('earned'), align: 'right', render: (d) => <Points amount={d.points_earned} /> },
    { key: 'redeemed', title: t('redeemed'), align: 'right', render: (d) => <Points amount={d.points_redeemed} /> },
    { key: 'expired', title: t('expired'), align: 'right', render: (d) => <Points amount={d.points_expired} /> },
  ]
  return (
    <ChartCard<TrendDay>
      title={t('trendPoints')}
      line={t('trendPointsLine')}
      rows={days.toReversed()}
      rowKey={(d) => d.day}
      columns={columns}
      option={option}
      file={t('filePoints')}
      summary={t('trendPointsSummary', {
        from: days[0]?.day ?? '',
        to: days.at(-1)?.day ?? '',
        earned: format.integer(sum(days, 'points_earned')),
        redeemed: format.integer(sum(days, 'points_redeemed')),
      })}
    />
  )
}
