import { useNavigate } from '@tanstack/react-router'
import { Checkbox, Form, Input, Segmented, Select } from 'antd'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { List, Member, MemberField, MemberTag, NewMember, Purpose } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { TagsField, formCss } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { useTell } from '@/shared/ui/tell'
import { BirthdayField } from './BirthdayField'
import { genders, purposes } from './member'
import css from './members.module.css'
import { OwnFields } from './OwnFields'
import { text } from './text'

interface Values extends Omit<NewMember, 'consents'> {
  consents?: Purpose[]
}

/** Only what was filled in is sent: an empty field is no answer. */
export function enrolBody(values: Values): NewMember {
  const { consents = [], ...rest } = values
  const filled = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '' && value !== null)
  const body: NewMember = Object.fromEntries(filled)
  if (!body.birthday) delete body.birthday_calendar
  if (body.fields) {
    body.fields = Object.fromEntries(Object.entries(body.fields).filter(([, v]) => v !== undefined && v !== '' && v !== null))
  }
  if (consents.length > 0) body.consents = consents.map((purpose) => ({ purpose, granted: true, channel: 'console' }))
  return body
}

/** Makes somebody a member. */
export function EnrolDrawer({ open, close }: { open: boolean; close: () => void }) {
  const t = useText(text)
  const { storeId } = useSession()
  const drop = useDrop()
  const tell = useTell()
  const navigate = useNavigate()
  const submit = async (values: Values, key: string) => {
    const member = await call<Member>('POST', '/members', { body: enrolBody(values), key })
    await drop(['/members', '/member-tags', '/reports'])
    tell.done(t('enrolled', { number: member.member_no }))
    void navigate({ to: `/members/${member.id}` })
  }
  return (
    <FormDrawer<Values>
      open={open}
      close={close}
      title={t('enrol')}
      line={t('enrolLine')}
      act={(values) => {
        const name = values.name?.trim() || values.phone?.trim()
        return name ? t('enrolAct', { name }) : t('enrolPlain')
      }}
      initial={{ birthday_calendar: 'solar', store_id: storeId || undefined, consents: ['service'] }}
      submit={submit}
    >
      <Form.Item name="phone" label={t('phone')} extra={t('phoneHelp')}>
        <Input type="tel" inputMode="tel" autoComplete="off" autoFocus maxLength={24} />
      </Form.Item>
      <Form.Item name="name" label={t('name')}>
        <Input autoComplete="off" maxLength={60} />
      </Form.Item>
      <PersonFields />
      <Form.Item name="consents" label={t('consents')} extra={t('consentsHelp')}>
        <Checkbox.Group className={css.consents} options={purposes.map((value) => ({ value, label: t(value) }))} />
      </Form.Item>
      <details className={css.more}>
        <summary>{t('more')}</summary>
        <div className={formCss.row}>
          <Form.Item name="card_no" label={t('cardNo')}>
            <Input autoComplete="off" maxLength={40} />
          </Form.Item>
          <Form.Item name="external_id" label={t('externalId')} extra={t('externalIdHelp')}>
            <Input autoComplete="off" maxLength={64} />
          </Form.Item>
        </div>
        <Form.Item name="referrer_code" label={t('referrer')}>
          <Input autoComplete="off" maxLength={20} />
        </Form.Item>
      </details>
    </FormDrawer>
  )
}

/** What is asked of a person when they enrol and when they are edited. */
export function PersonFields({ held }: { held?: Record<string, unknown> }) {
  const t = useText(text)
  const { stores } = useSession()
  const tags = useApi<List<MemberTag>>('/member-tags')
  const fields = useApi<List<MemberField>>('/member-fields')
  const form = Form.useFormInstance()
  const lunar = Form.useWatch('birthday_calendar', form) === 'lunar'
  return (
    <>
      <div className={formCss.row}>
        <Form.Item name="gender" label={t('gender')}>
          <Select allowClear options={genders.map((value) => ({ value, label: t(value) }))} />
        </Form.Item>
        <Form.Item name="store_id" label={t('store')}>
          <Select allowClear options={stores.map((store) => ({ value: store.id, label: store.name }))} />
        </Form.Item>
      </div>
      <Form.Item label={t('birthday')} extra={t('birthdayHelp')}>
        <Form.Item name="birthday_calendar" noStyle>
          <Segmented
            className={css.calendar}
            options={[
              { value: 'solar', label: t('solar') },
              { value: 'lunar', label: t('lunar') },
            ]}
          />
        </Form.Item>
        <Form.Item name="birthday" noStyle>
          <BirthdayField lunar={lunar} />
        </Form.Item>
      </Form.Item>
      <Form.Item name="tags" label={t('tags')} extra={t('tagsHelp')}>
        <TagsField known={tags.data?.items.map((item) => item.tag)} />
      </Form.Item>
      {fields.data && <OwnFields fields={fields.data.items} held={held} />}
    </>
  )
}
