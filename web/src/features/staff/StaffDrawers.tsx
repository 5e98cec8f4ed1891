import { Drawer, Form, Input, Select, Segmented } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useDrop } from '@/shared/api/query'
import type { Role, Staff } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Properties } from '@/shared/ui/PageHead'
import { useTell } from '@/shared/ui/tell'
import { StatusDot } from '@/shared/ui/values'
import { PasswordRules } from './PasswordRules'
import { RolesField, RoleRights } from './RolesField'
import { changeBody, createBody, passwordFaults, passwordLength, type StaffValues } from './staff'
import { text } from './text'

/** Adds somebody to the staff. */
export function CreateStaff({ open, close }: { open: boolean; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  return (
    <FormDrawer<StaffValues>
      open={open}
      close={close}
      title={t('create')}
      line={t('createLine')}
      act={(values) => {
        const name = values.name?.trim() || values.account?.trim()
        return name ? t('createNamed', { name }) : t('create')
      }}
      initial={{ roles: ['cashier'], limited: false }}
      submit={async (values) => {
        const made = await call<Staff>('POST', '/staff', { body: createBody(values) })
        await drop(['/staff', '/reports'])
        tell.done(t('created', { name: made.name }))
      }}
    >
      <Fields />
    </FormDrawer>
  )
}

/** One of the staff: to change, or only to look at. */
export function OneStaff({ staff, close }: { staff: Staff | undefined; close: () => void }) {
  const t = useText(text)
  const { can } = useSession()
  if (staff && can('staff.write')) return <EditStaff key={staff.id} staff={staff} close={close} />
  return (
    <Drawer open={staff !== undefined} onClose={close} size={480} title={t('viewTitle')} destroyOnHidden>
      {staff && <View staff={staff} />}
    </Drawer>
  )
}

function EditStaff({ staff, close }: { staff: Staff; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  return (
    <FormDrawer<StaffValues>
      open
      close={close}
      title={t('editTitle')}
      line={t('editLine')}
      act={t('editAct')}
      initial={{ account: staff.account, name: staff.name, roles: staff.roles, limited: staff.stores.length > 0, stores: staff.stores }}
      submit={async (values) => {
        const body = changeBody(staff, values)
        if (Object.keys(body).length === 0) return
        const after = await call<Staff>('PATCH', '/staff/{id}', { path: { id: staff.id }, body })
        await drop(['/staff'])
        tell.done(t('edited', { name: after.name }))
      }}
    >
      <Fields known />
    </FormDrawer>
  )
}

function Fields({ known }: { known?: boolean }) {
  const t = useText(text)
  const w = useText(words)
  const { stores } = useSession()
  const form = Form.useFormInstance<StaffValues>()
  const roles = (Form.useWatch('roles', form) as Role[] | undefined) ?? []
  const limited = Form.useWatch('limited', form) as boolean | undefined
  return (
    <>
      <Form.Item
        name="account"
        label={t('account')}
        extra={t(known ? 'accountFixed' : 'accountHelp')}
        rules={known ? [] : [{ required: true, whitespace: true, message: w('required') }]}
      >
        <Input autoComplete="off" autoCapitalize="off" spellCheck={false} maxLength={64} disabled={known} autoFocus={!known} />
      </Form.Item>
      <Form.Item name="name" label={t('name')} extra={t('nameHelp')}>
        <Input autoComplete="off" maxLength={40} />
      </Form.Item>
      <Form.Item name="roles" label={t('roles')} rules={[{ required: true, type: 'array', min: 1, message: t('needsRole') }]}>
        <RolesField />
      </Form.Item>
      <RoleRights roles={roles} />
      {!known && <PasswordField />}
      <Form.Item name="limited" label={t('stores')}>
        <Segmented
          block
          options={[
            { value: false, label: t('allStores') },
            { value: true, label: t('someStores') },
          ]}
        />
      </Form.Item>
      {limited && (
        <Form.Item name="stores" label={t('whichStores')} rules={[{ required: true, type: 'array', min: 1, message: t('needsStore') }]}>
          <Select mode="multiple" options={stores.map((store) => ({ value: store.id, label: store.name }))} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
      )}
    </>
  )
}

/** A new password with its rules; they are ticked off while it is typed. */
function PasswordField({ of }: { of?: Staff }) {
  const t = useText(text)
  const w = useText(words)
  const { me } = useSession()
  const form = Form.useFormInstance<StaffValues>()
  const values = Form.useWatch([], form) as Partial<StaffValues> | undefined
  const roles = of?.roles ?? values?.roles ?? []
  const own = [of?.account ?? values?.account, of?.name ?? values?.name, me.merchant.name]
  return (
    <Form.Item
      name="password"
      label={t('password')}
      extra={<PasswordRules password={values?.password ?? ''} roles={roles} own={own} />}
      rules={[
        { required: true, message: w('required') },
        {
          validator: (_, typed: string | undefined) => {
            const [fault] = typed ? passwordFaults(typed, roles, own) : []
            if (!fault) return Promise.resolve()
            return Promise.reject(new Error(fault === 'length' ? t('ruleLength', { count: passwordLength(roles) }) : t(fault === 'own' ? 'ruleOwn' : 'rulePlain')))
          },
        },
      ]}
    >
      <Input.Password autoComplete="new-password" maxLength={128} />
    </Form.Item>
  )
}

function View({ staff }: { staff: Staff }) {
  const t = useText(text)
  const format = useFormat()
  const { storeName } = useSession()
  return (
    <>
      <Properties
        items={[
          { label: t('name'), value: staff.name },
          { label: t('account'), value: staff.account },
          { label: t('status'), value: <StatusDot tone={staff.status === 'active' ? 'green' : 'slate'}>{t(staff.status)}</StatusDot> },
          { label: t('roles'), value: staff.roles.map((role) => t(role)).join('、') },
          { label: t('stores'), value: staff.stores.length === 0 ? t('allStores') : staff.stores.map(storeName).join('、') },
          { label: t('lastLogin'), value: format.minute(staff.last_login_at) || t('never') },
        ]}
      />
      <RoleRights roles={staff.roles} open />
    </>
  )
}

/** Gives somebody else a new password. */
export function ResetPassword({ staff, close }: { staff: Staff | null; close: () => void }) {
  const t = useText(text)
  const tell = useTell()
  // What is shown stays while the drawer closes.
  const [last, setLast] = useState<Staff | null>(null)
  if (staff !== null && staff !== last) setLast(staff)
  if (last === null) return null
  return (
    <FormDrawer<{ password: string }>
      open={staff !== null}
      close={close}
      title={t('reset')}
      line={t('resetLine', { name: last.name })}
      act={t('resetAct', { name: last.name })}
      danger
      submit={async (values) => {
        await call('PATCH', '/staff/{id}', { path: { id: last.id }, body: { password: values.password } })
        tell.done(t('resetDone'))
      }}
    >
      <PasswordField of={last} />
    </FormDrawer>
  )
}
