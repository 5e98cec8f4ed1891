import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useLanguage } from '@/shared/text/text'
import type { FieldProps } from './fields'
import css from './form.module.css'

/** The calendar itself; loaded with the first form that asks for a day. */
export default function DateField(props: FieldProps<string> & { min?: string; max?: string }) {
  dayjs.locale(useLanguage() === 'en' ? 'en' : 'zh-cn')
  return (
    <DatePicker
      id={props.id}
      className={css.full}
      value={props.value ? dayjs(props.value) : null}
      minDate={props.min ? dayjs(props.min) : undefined}
      maxDate={props.max ? dayjs(props.max) : undefined}
      disabled={props.disabled}
      placeholder={props.placeholder}
      // Enter takes the day that was typed; it must not send the form as well.
      onKeyDown={(e) => e.key === 'Enter' && e.preventDefault()}
      onChange={(day) => props.onChange?.(day ? day.format('YYYY-MM-DD') : undefined)}
    />
  )
}
