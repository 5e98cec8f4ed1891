import { useBlocker } from '@tanstack/react-router'
import { App, Button, Form, type FormInstance } from 'antd'
import { useState, type ReactNode } from 'react'
import { call } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { useApi, useDrop } from '@/shared/api/query'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { ErrorState } from '@/shared/ui/ErrorState'
import { placeFaults } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { Card } from '@/shared/ui/PageHead'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import css from './settings.module.css'
import { text } from './text'

interface Props<S, V> {
  /** The operation that gives and takes the setting. */
  path: string
  title: string
  line: string
  /** The button: it names the act. */
  save: string
  saved: string
  toForm: (setting: S) => V
  toBody: (values: V) => unknown
  /** What else is to be asked for anew. */
  drops?: readonly string[]
  fields: (form: FormInstance<V>, values: V, setting: S) => ReactNode
  /** Stands beside the form and follows what is typed. */
  aside?: (values: V, setting: S) => ReactNode
}

/** One setting: its form, a live example beside it, and a bar that saves. */
export function SettingForm<S, V extends object>(props: Props<S, V>) {
  const setting = useApi<S>(props.path)
  if (setting.isPending) return <Splash />
  if (setting.isError) return <ErrorState problem={setting.error} retry={() => void setting.refetch()} />
  // What is in force makes a new form: after a save, and after somebody else's.
  return <Loaded key={JSON.stringify(setting.data)} {...props} setting={setting.data} />
}

function Loaded<S, V extends object>({ setting, ...props }: Props<S, V> & { setting: S }) {
  const t = useText(text)
  const w = useText(words)
  const { can } = useSession()
  const drop = useDrop()
  const tell = useTell()
  const [form] = Form.useForm<V>()
  const [initial] = useState(() => props.toForm(setting))
  const typed = Form.useWatch([], form) as V | undefined
  const values = { ...initial, ...typed }
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string[]>([])
  const writes = can('setting.write')
  const dirty = writes && JSON.stringify(props.toBody(values)) !== JSON.stringify(props.toBody(initial))
  useUnsaved(dirty)

  const send = async () => {
    setBusy(true)
    setFault([])
    try {
      await call('PUT', props.path, { body: props.toBody(form.getFieldsValue(true) as V) })
      await drop([props.path, ...(props.drops ?? [])])
      tell.done(props.saved)
    } catch (thrown) {
      const problem = asProblem(thrown)
      const homeless = placeFaults(form, problem)
      setFault(problem.fields.length > 0 ? homeless : [problem.message, ...(problem.status === 0 ? [w('formKept')] : [])])
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={props.aside ? css.split : css.alone}>
      <Card title={props.title} line={props.line}>
        <Form<V>
          form={form}
          layout="vertical"
          initialValues={initial as never}
          disabled={!writes}
          onFinish={() => void send()}
          scrollToFirstError={{ block: 'center', focus: true }}
          validateTrigger="onSubmit"
          className={css.form}
        >
          {!writes && (
            <div className={css.gap}>
              <Notice>{t('readOnly')}</Notice>
            </div>
          )}
          {fault.length > 0 && (
            <div className={css.gap}>
              <Notice tone="red">
                {fault.map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
              </Notice>
            </div>
          )}
          {props.fields(form, values, setting)}
          {writes && (
            <div className={css.bar} data-dirty={dirty || undefined}>
              {dirty && <span className={css.unsaved}>{t('unsaved')}</span>}
              <Button
                disabled={!dirty || busy}
                onClick={() => {
                  form.setFieldsValue(initial as never)
                  setFault([])
                }}
              >
                {t('discard')}
              </Button>
              <Button type="primary" htmlType="submit" loading={busy} disabled={!dirty}>
                {props.save}
              </Button>
            </div>
          )}
        </Form>
      </Card>
      {props.aside && <aside className={css.aside}>{props.aside(values, setting)}</aside>}
    </div>
  )
}

/** Asks before leaving a page whose changes are not saved. */
function useUnsaved(dirty: boolean): void {
  const t = useText(text)
  const { modal } = App.useApp()
  useBlocker({
    enableBeforeUnload: () => dirty,
    shouldBlockFn: async ({ current, next }) => {
      if (!dirty || current.pathname === next.pathname) return false
      const leave = await modal.confirm({
        title: t('leaveTitle'),
        content: t('leaveLine'),
        okText: t('leaveDo'),
        okButtonProps: { danger: true },
        cancelText: t('stay'),
        icon: null,
      })
      return !leave
    },
  })
}
