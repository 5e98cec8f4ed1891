import { Navigate } from '@tanstack/react-router'
import { useApi } from '@/shared/api/query'
import type { HomeReport } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Board, Before, type BoardFigure } from '@/shared/ui/Board'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Card, PageHead } from '@/shared/ui/PageHead'
import { KeyFigures } from '@/shared/ui/RecordPage'
import { Splash } from '@/shared/ui/Splash'
import { Points } from '@/shared/ui/values'
import { Begin } from './Begin'
import { DemoBar } from './DemoBar'
import css from './home.module.css'
import { text } from './text'
import { PointsTrend, SalesTrend } from './Trend'

export default function HomePage() {
  const { can } = useSession()
  // Whoever may not see figures begins where their work is.
  if (!can('report.read')) return <Navigate to={can('member.read') ? '/members' : '/orders'} replace />
  return <HomeBoard />
}

function HomeBoard() {
  const t = useText(text)
  const { storeId, storeName } = useSession()
  const report = useApi<HomeReport>('/reports/home', { query: { store_id: storeId } }, { keep: true, refetchInterval: 60_000 })
  if (report.isPending) return <Splash />
  if (report.isError) return <ErrorState problem={report.error} retry={() => void report.refetch()} page />
  const { data } = report
  const line = storeId ? t('lineStore', { day: data.day, store: storeName(storeId) }) : t('line', { day: data.day })
  return (
    <div className={css.home}>
      <PageHead title={t('title')} line={line} />
      <DemoBar setup={data.setup} />
      {data.setup.orders === 0 && <Begin setup={data.setup} />}
      {data.setup.orders > 0 && (
        <>
          <Figures report={data} />
          <PointsToday report={data} />
          <SalesTrend days={data.trend} />
          <PointsTrend days={data.trend} />
        </>
      )}
    </div>
  )
}

function Figures({ report }: { report: HomeReport }) {
  return <Board figures={useFigures(report)} />
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

function useFigures({ today, yesterday, members_total: total, day }: HomeReport): BoardFigure[] {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const period = w('today')
  const beforeName = w('yesterday')
  const ofDay = `?from=${day}&to=${day}`
  return [
    {
      key: 'sales',
      label: t('sales'),
      period,
      shown: format.money(today.sales - today.refunds),
      beforeName,
      before: format.money(yesterday.sales - yesterday.refunds),
      definition: t('salesDef'),
      to: `/orders${ofDay}`,
    },
    {
      key: 'orders',
      label: t('orders'),
      period,
      shown: format.integer(today.orders),
      beforeName,
      before: format.integer(yesterday.orders),
      definition: t('ordersDef'),
      to: `/orders${ofDay}`,
    },
    {
      key: 'share',
      label: t('share'),
      period,
      shown: format.percent(ratio(today.member_sales, today.sales)),
      beforeName,
      before: format.percent(ratio(yesterday.member_sales, yesterday.sales)),
      definition: t('shareDef'),
      to: '/members',
    },
    {
      key: 'joined',
      label: t('joined'),
      period,
      shown: format.integer(today.new_members),
      beforeName,
      before: format.integer(yesterday.new_members),
      definition: t('joinedDef', { total: format.integer(total) }),
      to: '/members',
    },
  ]
}

function PointsToday({ report: { today, yesterday } }: { report: HomeReport }) {
  const t = useText(text)
  const w = useText(words)
  const figure = (label: string, definition: string, now: number, before: number, to: string) => ({
    label,
    definition,
    value: <Points amount={now} />,
    hint: (
      <Before name={w('yesterday')}>
        <Points amount={before} />
      </Before>
    ),
    to,
  })
  return (
    <Card title={t('points')} line={t('pointsLine')} flush>
      <KeyFigures
        inset
        items={[
          figure(t('earned'), t('earnedDef'), today.points_earned, yesterday.points_earned, '/points?kind=earn'),
          figure(t('redeemed'), t('redeemedDef'), today.points_redeemed, yesterday.points_redeemed, '/points?kind=redeem'),
          figure(t('expired'), t('expiredDef'), today.points_expired, yesterday.points_expired, '/points?kind=expire'),
        ]}
      />
    </Card>
  )
}
