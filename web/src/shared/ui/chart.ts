import type { Palette } from '@/shared/theme/tokens'

/** The axes as every chart of ours draws them. */
export function axes(palette: Palette) {
  return {
    category: {
      type: 'category',
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.slate, hideOverlap: true },
    },
    value: {
      type: 'value',
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.slate },
      nameTextStyle: { color: palette.slate },
    },
  } as const
}
