import { Form, Input, Segmented } from 'antd'
import type { MerchantSetting, Trade } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { formCss } from '@/shared/ui/fields'
import { ZoneField } from '@/shared/ui/ZoneField'
import { SettingForm } from './SettingForm'
import { rooms, text } from './text'

const trades: readonly Trade[] = ['retail', 'restaurant', 'beauty', 'supermarket']

/** Whose installation this is. */
export function MerchantRoom() {
  const t = useText(text)
  const r = useText(rooms)
  const w = useText(words)
  return (
    <SettingForm<MerchantSetting, MerchantSetting>
      path="/settings/merchant"
      title={t('merchant')}
      line={r('merchantLine')}
      save={r('merchantSave')}
      saved={r('merchantSaved')}
      drops={['/me']}
      toForm={(setting) => ({ ...setting })}
      toBody={({ name, timezone, trade }) => ({ name: name?.trim(), timezone, trade })}
      fields={() => (
        <>
          <Form.Item name="name" label={r('name')} rules={[{ required: true, whitespace: true, message: w('required') }]}>
            <Input autoComplete="organization" maxLength={60} />
          </Form.Item>
          <Form.Item name="trade" label={r('trade')} extra={r('tradeHelp')}>
            <Segmented block options={trades.map((value) => ({ value, label: r(value) }))} />
          </Form.Item>
          <div className={formCss.row}>
            <Form.Item name="timezone" label={r('timezone')} extra={r('timezoneHelp')}>
              <ZoneField />
            </Form.Item>
            <Form.Item name="currency" label={r('currency')} extra={r('currencyHelp')}>
              <Input disabled />
            </Form.Item>
          </div>
        </>
      )}
    />
  )
}
