import { Button, Form, Input, Select, Switch } from 'antd'
import type { FormInstance } from 'antd'
import type { List, MemberField } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from '@/shared/ui/Empty'
import { TagsField } from '@/shared/ui/fields'
import { IconButton } from '@/shared/ui/IconButton'
import { Notice } from '@/shared/ui/Notice'
import { fieldsBody, freeCode, removed, type FieldRow } from './fields'
import { SettingForm } from './SettingForm'
import css from './settings.module.css'
import { rooms, text } from './text'

interface Values {
  items: FieldRow[]
}

const kinds: readonly MemberField['kind'][] = ['text', 'number', 'date', 'choice', 'boolean']
const most = 30

/** The fields that a merchant adds to the member form. */
export function FieldsRoom() {
  const t = useText(text)
  const r = useText(rooms)
  return (
    <SettingForm<List<MemberField>, Values>
      path="/member-fields"
      title={t('fields')}
      line={r('fieldsLine')}
      save={r('fieldsSave')}
      saved={r('fieldsSaved')}
      toForm={({ items }) => ({ items: items.map((item) => ({ ...item, choices: item.choices ?? [] })) })}
      toBody={({ items }) => fieldsBody(items)}
      fields={(form, values, setting) => <Rows form={form} values={values} before={setting.items} />}
    />
  )
}

function Rows({ form, values, before }: { form: FormInstance<Values>; values: Values; before: readonly MemberField[] }) {
  const r = useText(rooms)
  const { can } = useSession()
  const writes = can('setting.write')
  const gone = removed(before, values.items)
  return (
    <>
      <Form.List name="items">
        {(rows, { add, remove, move }) => (
          <div className={css.fieldRows}>
            {rows.length === 0 && <Empty compact title={r('fieldsEmpty')} line={r('fieldsEmptyLine')} />}
            {rows.map((row, i) => (
              <Row
                key={row.key}
                form={form}
                at={row.name}
                value={values.items?.[row.name]}
                fixed={before.some((field) => field.code === values.items?.[row.name]?.code)}
                tools={(name) => (
                  <>
                    <IconButton icon="up" label={r('up', { name })} disabled={i === 0 || !writes} onClick={() => move(i, i - 1)} />
                    <IconButton icon="down" label={r('down', { name })} disabled={i === rows.length - 1 || !writes} onClick={() => move(i, i + 1)} />
                    <IconButton icon="trash" label={r('remove', { name })} disabled={!writes} onClick={() => remove(row.name)} />
                  </>
                )}
              />
            ))}
            <div className={css.fieldAdd}>
              <Button
                icon={<Icon name="plus" size={16} />}
                disabled={rows.length >= most || !writes}
                onClick={() => add({ code: freeCode(form.getFieldValue('items') as FieldRow[]), name: '', kind: 'text', choices: [], required: false })}
              >
                {r('fieldAdd')}
              </Button>
              {rows.length >= most && <span className={css.help}>{r('fieldsMany')}</span>}
            </div>
          </div>
        )}
      </Form.List>
      {gone.length > 0 && (
        <div className={css.gap}>
          <Notice tone="amber">{r('removedNotice', { names: gone.join('、') })}</Notice>
        </div>
      )}
    </>
  )
}

function Row(props: { form: FormInstance<Values>; at: number; value: FieldRow | undefined; fixed: boolean; tools: (name: string) => React.ReactNode }) {
  const r = useText(rooms)
  const w = useText(words)
  const { at, value, fixed } = props
  const required = { required: true, whitespace: true, message: w('required') }
  const code = {
    validator: (_: unknown, typed: string | undefined) => {
      if (typed && !/^[a-z][a-z0-9_]{0,31}$/.test(typed.trim())) return Promise.reject(new Error(r('fieldCodeWrong')))
      const all = (props.form.getFieldValue('items') ?? []) as FieldRow[]
      return all.filter((row) => row?.code === typed).length > 1 ? Promise.reject(new Error(r('fieldCodeTwice'))) : Promise.resolve()
    },
  }
  return (
    <div className={css.fieldRow}>
      <div className={css.fieldMain}>
        <Form.Item name={[at, 'name']} label={r('fieldName')} rules={[required]}>
          <Input autoComplete="off" maxLength={24} />
        </Form.Item>
        <Form.Item name={[at, 'kind']} label={r('fieldKind')}>
          <Select disabled={fixed || undefined} options={kinds.map((kind) => ({ value: kind, label: r(kind) }))} />
        </Form.Item>
        <Form.Item name={[at, 'code']} label={r('fieldCode')} tooltip={r('fieldCodeHelp')} rules={[required, code]}>
          <Input autoComplete="off" spellCheck={false} maxLength={32} disabled={fixed || undefined} />
        </Form.Item>
        <Form.Item name={[at, 'required']} label={r('required')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <div className={css.fieldTools}>{props.tools(value?.name ?? '')}</div>
      </div>
      {value?.kind === 'choice' && (
        <Form.Item name={[at, 'choices']} label={r('choices')} extra={r('choicesHelp')} rules={[{ required: true, type: 'array', min: 1, message: w('required') }]}>
          <TagsField />
        </Form.Item>
      )}
    </div>
  )
}
