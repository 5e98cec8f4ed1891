import { Select } from 'antd'
import type { FieldProps } from './fields'

/** Where Chinese merchants are most often, before all others. */
const first = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Macau', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/London', 'America/New_York']

/** A time zone, by its IANA name. */
export function ZoneField({ id, value, onChange, disabled }: FieldProps<string>) {
  const known = [...new Set([...(value ? [value] : []), ...first, ...Intl.supportedValuesOf('timeZone')])]
  return (
    <Select<string>
      id={id}
      value={value}
      disabled={disabled}
      onChange={(zone) => onChange?.(zone)}
      showSearch
      options={known.map((zone) => ({ value: zone, label: zone }))}
    />
  )
}
