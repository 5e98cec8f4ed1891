import { Form, Input } from 'antd'
import { call } from '@/shared/api/client'
import { useText } from '@/shared/text/text'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { useTell } from '@/shared/ui/tell'
import { text } from './text'

interface PasswordForm {
  current: string
  new: string
  again: string
}

/** Changes one's own password. */
export default function PasswordDrawer({ open, close }: { open: boolean; close: () => void }) {
  const t = useText(text)
  const tell = useTell()
  return (
    <FormDrawer<PasswordForm>
      open={open}
      close={close}
      title={t('password')}
      line={t('passwordLine')}
      act={t('password')}
      submit={async (values) => {
        await call('POST', '/auth/password', { body: { current: values.current, new: values.new } })
        tell.done(t('passwordDone'))
      }}
    >
      <Form.Item name="current" label={t('passwordNow')} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="new" label={t('passwordNew')} extra={t('passwordNewHelp')} rules={[{ required: true }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('passwordAgain')}
        dependencies={['new']}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(t('passwordDiffers'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </FormDrawer>
  )
}
