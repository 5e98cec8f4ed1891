import { Navigate, useNavigate } from '@tanstack/react-router'
import { Button, Form, Input } from 'antd'
import { useEffect, useState } from 'react'
import { call } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { useApi } from '@/shared/api/query'
import type { SignedIn } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { useMe, useRenewSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { placeFaults } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { Outside } from './Outside'
import { text } from './text'

interface Credentials {
  account: string
  password: string
}

/** Counts down the seconds that the server asked to wait. */
function useCountdown(): [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1000)
    return () => clearTimeout(timer)
  }, [left])
  return [left, setLeft]
}

/** An address inside the app; anything else would lead people away. */
function inside(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') ? next : '/'
}

export default function SignInPage() {
  const t = useText(text)
  const me = useMe()
  const [state] = useUrlState()
  const setup = useApi<{ needed: boolean }>('/setup')
  const renew = useRenewSession()
  const navigate = useNavigate()
  const [form] = Form.useForm<Credentials>()
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const [wait, setWait] = useCountdown()
  const next = inside(state.next)

  if (me.data) return <Navigate to={next} replace />
  if (setup.data?.needed) {
    return <Outside title={t('setupNeededTitle')} line={t('setupNeededLine')} />
  }
  const send = async (values: Credentials) => {
    setBusy(true)
    setFault('')
    try {
      await call<SignedIn>('POST', '/auth/login', { body: values })
      await renew()
      await navigate({ to: next, replace: true })
    } catch (thrown) {
      const problem = asProblem(thrown)
      placeFaults(form, problem)
      setFault(problem.message)
      if (problem.retryAfter > 0) setWait(problem.retryAfter)
      form.setFieldValue('password', '')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Outside title={t('title')} line={t('line')}>
      {state.ended && !fault && <Notice tone="blue">{t('ended')}</Notice>}
      {fault && <Notice tone="red">{fault}</Notice>}
      <Form<Credentials> form={form} layout="vertical" size="large" onFinish={(values) => void send(values)} validateTrigger="onSubmit">
        <Form.Item name="account" label={t('account')} rules={[{ required: true }]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t('password')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy} disabled={wait > 0}>
          {wait > 0 ? t('wait', { seconds: wait }) : t('act')}
        </Button>
      </Form>
    </Outside>
  )
}
