import { Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import { useText } from '@/shared/text/text'
import type { FieldProps } from '@/shared/ui/fields'
import { readBirthday, writeBirthday, type BirthdayParts } from './member'
import css from './members.module.css'
import { text } from './text'

const two = (n: number) => String(n).padStart(2, '0')

/** A birthday in parts: the year may stay empty, and a lunar month may be a leap month. */
export function BirthdayField({ id, value, onChange, lunar }: FieldProps<string> & { lunar?: boolean }) {
  const t = useText(text)
  const [parts, setParts] = useState<BirthdayParts>(() => readBirthday(value))
  const change = (next: Partial<BirthdayParts>) => {
    const all = { ...parts, ...next }
    setParts(all)
    onChange?.(writeBirthday({ ...all, leap: all.leap && lunar === true }))
  }
  return (
    <div className={css.birthday}>
      <Input
        id={id}
        inputMode="numeric"
        maxLength={4}
        placeholder={t('year')}
        aria-label={t('year')}
        value={parts.year}
        onChange={(e) => change({ year: e.target.value.replace(/\D/g, '') })}
      />
      <div>
        <Select
          className={css.whole}
          aria-label={t('month')}
          placeholder={t('month')}
          value={parts.month || undefined}
          onChange={(month: string | undefined) => change({ month: month ?? '' })}
          allowClear
          options={Array.from({ length: 12 }, (_, i) => ({ value: two(i + 1), label: t('monthOf', { month: i + 1 }) }))}
        />
      </div>
      <div>
        <Select
          className={css.whole}
          aria-label={t('day')}
          placeholder={t('day')}
          value={parts.day || undefined}
          onChange={(day: string | undefined) => change({ day: day ?? '' })}
          allowClear
          options={Array.from({ length: lunar ? 30 : 31 }, (_, i) => ({ value: two(i + 1), label: t('dayOf', { day: i + 1 }) }))}
        />
      </div>
      {lunar && (
        <Checkbox className={css.leap} checked={parts.leap} onChange={(e) => change({ leap: e.target.checked })}>
          {t('leap')}
        </Checkbox>
      )}
    </div>
  )
}
