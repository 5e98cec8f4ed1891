import { BarChart, LineChart, PieChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use as register, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react'
import { useTheme } from '@/shared/theme/theme'
import { face, series, type Palette } from '@/shared/theme/tokens'

register([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

export interface ChartHandle {
  /** Saves the drawing as a PNG of twice the resolution. */
  save: (file: string) => void
}

export interface ChartProps {
  option: (palette: Palette) => EChartsCoreOption
  handle?: Ref<ChartHandle>
}

/** What every chart of ours has in common. Tooltips are drawn, not HTML: the page allows no style attributes. */
function frame(palette: Palette): EChartsCoreOption {
  return {
    color: [...series],
    textStyle: { fontFamily: face, fontSize: 12, color: palette.slate },
    animationDuration: 180,
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, itemGap: 16, textStyle: { color: palette.slate, fontSize: 12 } },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 12, fontFamily: face },
    },
  }
}

/** One drawing that follows the theme and the size of its place. */
export default function EChart({ option, handle }: ChartProps) {
  const { palette } = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  useEffect(() => {
    if (!place.current) return
    const drawn = init(place.current)
    chart.current = drawn
    const watch = new ResizeObserver(() => drawn.resize())
    watch.observe(place.current)
    return () => {
      watch.disconnect()
      drawn.dispose()
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption({ ...frame(palette), ...option(palette) }, { notMerge: true })
  }, [option, palette])
  useImperativeHandle(
    handle,
    () => ({
      save: (file) => {
        const url = chart.current?.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: palette.surface })
        if (!url) return
        const link = document.createElement('a')
        link.href = url
        link.download = file + '.png'
        link.click()
      },
    }),
    [palette],
  )
  return <div ref={place} style={{ height: '100%' }} />
}
