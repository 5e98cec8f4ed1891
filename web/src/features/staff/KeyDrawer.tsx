import { Checkbox, Form, Input, Segmented } from 'antd'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { ApiKey } from '@/shared/api/types'
import { addDays, dayEnd } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { DateField, WholeField, formCss, type FieldProps } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { grouped } from './staff'
import css from './staff.module.css'
import { text } from './text'
import { useRight } from './useRight'

interface Values {
  name: string
  all: boolean
  scopes?: string[]
  rate?: number
  expires_at?: string
}

/** Makes a key for another system. */
export function KeyDrawer({ open, close, made }: { open: boolean; close: () => void; made: (key: ApiKey) => void }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const drop = useDrop()
  const today = format.today()
  const submit = async (values: Values) => {
    const key = await call<ApiKey>('POST', '/keys', {
      body: {
        name: values.name.trim(),
        scopes: values.all ? ['*'] : (values.scopes ?? []),
        ...(values.rate === undefined ? {} : { rate: values.rate }),
        ...(values.expires_at ? { expires_at: dayEnd(values.expires_at, format.zone) } : {}),
      },
    })
    await drop(['/keys'])
    made(key)
  }
  return (
    <FormDrawer<Values>
      open={open}
      close={close}
      title={t('keyCreate')}
      act={(values) => (values.name?.trim() ? t('keyCreateNamed', { name: values.name.trim() }) : t('keyCreate'))}
      initial={{ all: false, rate: 50 }}
      submit={submit}
    >
      {(form) => (
        <>
          <Form.Item name="name" label={t('keyName')} extra={t('keyNameHelp')} rules={[{ required: true, whitespace: true, message: w('required') }]}>
            <Input autoComplete="off" maxLength={60} autoFocus />
          </Form.Item>
          <Form.Item name="all" label={t('keyScopes')}>
            <Segmented
              block
              options={[
                { value: false, label: t('keySome') },
                { value: true, label: t('keyAll') },
              ]}
            />
          </Form.Item>
          <Form.Item noStyle shouldUpdate={(a: Values, b: Values) => a.all !== b.all}>
            {() =>
              form.getFieldValue('all') ? (
                <Form.Item>
                  <Notice tone="amber">{t('keyAllWarn')}</Notice>
                </Form.Item>
              ) : (
                <Form.Item name="scopes" rules={[{ required: true, type: 'array', min: 1, message: t('keyNeedsScope') }]}>
                  <ScopesField />
                </Form.Item>
              )
            }
          </Form.Item>
          <div className={formCss.row}>
            <Form.Item name="rate" label={t('keyRate')} extra={t('keyRateHelp')}>
              <WholeField min={0} max={100_000} />
            </Form.Item>
            <Form.Item name="expires_at" label={t('keyUntil')} extra={t('keyUntilHelp')}>
              <DateField min={today} max={addDays(today, 364)} />
            </Form.Item>
          </div>
        </>
      )}
    </FormDrawer>
  )
}

/** The rights of a key, by the part of the product they are about. Nobody gives more than they have. */
function ScopesField({ id, value = [], onChange }: FieldProps<string[]>) {
  const right = useRight()
  const { me } = useSession()
  return (
    <div className={css.scopes} id={id}>
      {grouped(me.permissions).map(({ group, permissions }) => (
        <div key={group} className={css.scopeGroup} role="group" aria-label={right(group)}>
          <span className={css.quiet} aria-hidden="true">
            {right(group)}
          </span>
          {permissions.map((permission) => (
            <Checkbox
              key={permission}
              checked={value.includes(permission)}
              onChange={(e) => onChange?.(e.target.checked ? [...value, permission] : value.filter((one) => one !== permission))}
            >
              {right(permission)}
            </Checkbox>
          ))}
        </div>
      ))}
    </div>
  )
}
