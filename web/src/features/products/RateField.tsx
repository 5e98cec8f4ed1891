import { Input } from 'antd'
import { useState } from 'react'
import type { FieldProps } from '@/shared/ui/fields'
import { parseRate, rateFigure } from './product'

/** A percentage: people type 13, the form holds 1300 basis points. */
export function RateField({ id, value, onChange, disabled }: FieldProps<number>) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Input
      id={id}
      inputMode="decimal"
      autoComplete="off"
      suffix="%"
      disabled={disabled}
      value={typed ?? (value === undefined || value === null ? '' : rateFigure(value))}
      onChange={(e) => {
        const rate = parseRate(e.target.value)
        // Anything that cannot become a percentage is not taken.
        if (e.target.value !== '' && rate === null) return
        setTyped(e.target.value)
        onChange?.(rate ?? undefined)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}
