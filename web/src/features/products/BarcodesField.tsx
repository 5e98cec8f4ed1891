import { Select } from 'antd'
import type { FieldProps } from '@/shared/ui/fields'
import { readBarcodes } from './product'

/** Barcodes one after the other, typed, pasted or scanned; each ends with Enter. There is nothing to choose from. */
export function BarcodesField({ id, value, onChange, disabled }: FieldProps<string[]>) {
  return (
    <Select<string[]>
      id={id}
      mode="tags"
      open={false}
      suffixIcon={null}
      value={value ?? []}
      disabled={disabled}
      tokenSeparators={[',', '，', ';', '；', ' ', '\n']}
      onChange={(given) => onChange?.(readBarcodes(given))}
    />
  )
}
