import { Form, Input, InputNumber, Select } from 'antd'
import type { MemberField } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { DateField } from '@/shared/ui/fields'
import { formCss } from '@/shared/ui/fields'

/** The fields that the merchant defined, each by its kind. Texts of somebody who is a member already are masked, so they begin empty. */
export function OwnFields({ fields, held }: { fields: readonly MemberField[]; held?: Record<string, unknown> }) {
  const w = useText(words)
  return (
    <>
      {fields.map((field) => (
        <Form.Item
          key={field.code}
          name={['fields', field.code]}
          label={field.name}
          rules={field.required && held === undefined ? [{ required: true, message: w('required') }] : []}
        >
          {fieldInput(field, held, w('yes'), w('no'))}
        </Form.Item>
      ))}
    </>
  )
}

function fieldInput(field: MemberField, held: Record<string, unknown> | undefined, yes: string, no: string) {
  switch (field.kind) {
    case 'number':
      return <InputNumber className={formCss.full} controls={false} />
    case 'date':
      return <DateField />
    case 'choice':
      return <Select allowClear options={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))} />
    case 'boolean':
      return (
        <Select
          allowClear
          options={[
            { value: true, label: yes },
            { value: false, label: no },
          ]}
        />
      )
    default:
      return <Input maxLength={500} placeholder={String(held?.[field.code] ?? '')} />
  }
}
