import { Input, InputNumber, Select, Skeleton } from 'antd'
import { Suspense, lazy, useState } from 'react'
import { currencySign, moneyFigure, parseMoney } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import css from './form.module.css'

const LazyDate = lazy(() => import('./DateField'))

/** What a field inside a form is given. */
export interface FieldProps<T> {
  id?: string
  value?: T
  onChange?: (value: T | undefined) => void
  disabled?: boolean
  placeholder?: string
}

/** What a field is called where no label stands beside it, as in the middle of a sentence. */
interface Spoken {
  label?: string
}

/** A day, as YYYY-MM-DD. */
export function DateField(props: FieldProps<string> & { min?: string; max?: string }) {
  return (
    <Suspense fallback={<Skeleton.Input block active />}>
      <LazyDate {...props} />
    </Suspense>
  )
}

/** Money: people type 12.50, the form holds 1250. */
export function MoneyField({ id, value, onChange, disabled, placeholder, label }: FieldProps<number> & Spoken) {
  const { currency } = useFormat()
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? (value === undefined || value === null ? '' : moneyFigure(value, currency))
  return (
    <Input
      id={id}
      aria-label={label}
      inputMode="decimal"
      autoComplete="off"
      prefix={currencySign(currency)}
      value={shown}
      disabled={disabled}
      placeholder={placeholder}
      onChange={(e) => {
        const amount = parseMoney(e.target.value, currency)
        if (e.target.value !== '' && amount === null) {
          // Half a number, as in "12.", may stand; anything else is not taken.
          if (!/^[-−]?[\d,]*\.?\d*$/.test(e.target.value)) return
          if (parseMoney(e.target.value + '0', currency) === null) return
        }
        setTyped(e.target.value)
        onChange?.(amount ?? undefined)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}

/** A whole number: points, days, pieces. */
export function WholeField(props: FieldProps<number> & Spoken & { min?: number; max?: number; unit?: string }) {
  return (
    <InputNumber<number>
      id={props.id}
      aria-label={props.label}
      className={css.full}
      precision={0}
      controls={false}
      inputMode="numeric"
      min={props.min}
      max={props.max}
      suffix={props.unit}
      value={props.value ?? null}
      disabled={props.disabled}
      placeholder={props.placeholder}
      onChange={(value) => props.onChange?.(value ?? undefined)}
    />
  )
}

/** Short words that are added one by one, as the tags of a member. */
export function TagsField({ id, value, onChange, disabled, placeholder, known }: FieldProps<string[]> & { known?: string[] }) {
  return (
    <Select
      id={id}
      mode="tags"
      value={value ?? []}
      disabled={disabled}
      placeholder={placeholder}
      tokenSeparators={[',', '，', ' ']}
      options={(known ?? []).map((tag) => ({ value: tag, label: tag }))}
      onChange={(next: string[]) => onChange?.(next.map((tag) => tag.trim()).filter(Boolean))}
    />
  )
}

/** Two fields side by side; one below the other where there is no room. */
export { css as formCss }
