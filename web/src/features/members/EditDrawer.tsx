import { Form, Input } from 'antd'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { Member, NewMember } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { useTell } from '@/shared/ui/tell'
import { PersonFields } from './EnrolDrawer'
import { text } from './text'

type Values = NewMember

/** What the form begins with. Masked texts are left out: they are shown behind the empty field. */
export function editInitial(member: Member, maskedFields: ReadonlySet<string>): Values {
  const fields = Object.fromEntries(Object.entries(member.fields ?? {}).filter(([code]) => !maskedFields.has(code)))
  return {
    gender: member.gender || undefined,
    birthday: member.birthday || undefined,
    birthday_calendar: member.birthday_calendar || 'solar',
    store_id: member.store_id || undefined,
    tags: member.tags,
    fields,
  }
}

/** Only what differs is sent. A value that was taken away is sent as null, which clears it. */
export function editBody(before: Values, after: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
  for (const name of ['gender', 'birthday', 'store_id', 'tags'] as const) {
    if (!same(before[name], after[name])) body[name] = after[name] ?? null
  }
  if (after.birthday && (body.birthday !== undefined || !same(before.birthday_calendar, after.birthday_calendar))) {
    body.birthday = after.birthday
    body.birthday_calendar = after.birthday_calendar
  }
  for (const name of ['name', 'phone', 'card_no', 'external_id'] as const) {
    const typed = after[name]?.trim()
    if (typed) body[name] = typed
  }
  const fields: Record<string, unknown> = {}
  for (const [code, value] of Object.entries(after.fields ?? {})) {
    const had = before.fields?.[code]
    const cleared = value === undefined || value === null || value === ''
    if (cleared && had !== undefined) fields[code] = null
    if (!cleared && !same(had, value)) fields[code] = value
  }
  if (Object.keys(fields).length > 0) body.fields = fields
  return body
}

/** Changes what is known of a member. */
export function EditDrawer(props: { member: Member; maskedFields: ReadonlySet<string>; open: boolean; close: () => void }) {
  const t = useText(text)
  const { member } = props
  const drop = useDrop()
  const tell = useTell()
  const initial = editInitial(member, props.maskedFields)
  const submit = async (values: Values) => {
    const body = editBody(initial, values)
    if (Object.keys(body).length === 0) return
    await call<Member>('PATCH', '/members/{id}', { path: { id: member.id }, body })
    await drop(['/members', '/member-tags'])
    tell.done(t('edited'))
  }
  return (
    <FormDrawer<Values> open={props.open} close={props.close} title={t('editTitle')} act={t('editAct')} initial={initial} submit={submit}>
      <Form.Item name="name" label={t('name')} extra={member.name ? t('unchanged') : undefined}>
        <Input autoComplete="off" maxLength={60} placeholder={member.name} />
      </Form.Item>
      <Form.Item name="phone" label={t('phone')} extra={member.phone ? t('unchanged') : t('phoneHelp')}>
        <Input type="tel" inputMode="tel" autoComplete="off" maxLength={24} placeholder={member.phone} />
      </Form.Item>
      <PersonFields held={member.fields ?? {}} />
      <Form.Item name="card_no" label={t('cardNo')} extra={member.card_no ? t('unchanged') : undefined}>
        <Input autoComplete="off" maxLength={40} placeholder={member.card_no} />
      </Form.Item>
      <Form.Item name="external_id" label={t('externalId')} extra={member.external_id ? t('unchanged') : t('externalIdHelp')}>
        <Input autoComplete="off" maxLength={64} placeholder={member.external_id} />
      </Form.Item>
    </FormDrawer>
  )
}
