import { Segmented } from 'antd'
import { Suspense, lazy, useRef, useState, type ReactNode } from 'react'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { DataTable, type Column } from './DataTable'
import type { ChartHandle, ChartProps } from './EChart'
import { IconButton } from './IconButton'
import css from './page.module.css'
import { Card } from './PageHead'
import { Splash } from './Splash'

const EChart = lazy(() => import('./EChart'))

export interface ChartCardProps<T> {
  title: string
  /** What is drawn and for which period. */
  line?: ReactNode
  /** The figures behind the chart: what the chart draws, the table lists. */
  rows: readonly T[]
  rowKey: (row: T) => string
  columns: readonly Column<T>[]
  /** Builds the drawing in the colours of the theme. */
  option: ChartProps['option']
  /** What the picture says, for those who cannot see it. */
  summary: string
  /** The name of the saved picture, without its ending. */
  file: string
  end?: ReactNode
}

/** A chart with its figures as a table behind it. The drawing code is loaded when the first chart is shown. */
export function ChartCard<T>(props: ChartCardProps<T>) {
  const t = useText(words)
  const [face, setFace] = useState<'chart' | 'table'>('chart')
  const chart = useRef<ChartHandle>(null)
  return (
    <Card
      title={props.title}
      line={props.line}
      flush={face === 'table'}
      end={
        <div className={css.chartTools}>
          {props.end}
          <Segmented
            size="small"
            value={face}
            onChange={setFace}
            options={[
              { value: 'chart' as const, label: t('chart') },
              { value: 'table' as const, label: t('table') },
            ]}
          />
          <IconButton
            icon="download"
            label={t('savePicture')}
            disabled={face !== 'chart'}
            onClick={() => chart.current?.save(props.file)}
          />
        </div>
      }
    >
      {face === 'chart' ? (
        <div className={css.chartBox} role="img" aria-label={props.summary}>
          <Suspense fallback={<Splash />}>
            <EChart option={props.option} handle={chart} />
          </Suspense>
        </div>
      ) : (
        <DataTable dense label={props.title} columns={props.columns} rows={props.rows} rowKey={props.rowKey} />
      )}
    </Card>
  )
}
