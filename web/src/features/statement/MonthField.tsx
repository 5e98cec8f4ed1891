import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useLanguage } from '@/shared/text/text'

/** A month of the calendar; loaded with the page that asks for one. */
export default function MonthField(props: { label: string; value: string; max: string; onChange: (month: string) => void }) {
  dayjs.locale(useLanguage() === 'en' ? 'en' : 'zh-cn')
  return (
    <DatePicker
      picker="month"
      aria-label={props.label}
      allowClear={false}
      value={dayjs(props.value + '-01')}
      maxDate={dayjs(props.max + '-01')}
      onChange={(day) => day && props.onChange(day.format('YYYY-MM'))}
    />
  )
}
