import { App, Button, Drawer, Form, type FormInstance } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { newKey } from '@/shared/api/client'
import { asProblem, fieldPath, type Problem } from '@/shared/api/problem'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './form.module.css'
import { Notice } from './Notice'

export interface FormDrawerProps<V> {
  open: boolean
  close: () => void
  title: string
  /** One sentence on what the form does. */
  line?: ReactNode
  /** The button: it names the act, with its figures when there are any. */
  act: string | ((values: Partial<V>) => string)
  danger?: boolean
  /** 480 for small things, 720 for larger ones. */
  size?: 480 | 720
  initial?: Partial<V>
  /** Brought from outside when the page around watches or sets the fields. */
  form?: FormInstance<V>
  /**
   * Sends the form. What it throws is shown: fields in their place, the rest
   * above. `key` is the Idempotency-Key, the same until it has succeeded.
   */
  submit: (values: V, key: string) => Promise<void>
  /** Keeps the button off, as while a preview is fetched. */
  blocked?: boolean
  /** The fields, as `Form.Item`s whose names are those of the request's body. */
  children: ReactNode | ((form: FormInstance<V>) => ReactNode)
}

type Path = (string | number)[]

const within = (inner: Path, outer: Path) => inner.length > outer.length && outer.every((part, i) => String(part) === String(inner[i]))

/**
 * The field that a complaint is about. A part of one field's value, as one of many
 * tags, belongs to that field; a whole list of rows has no place of its own.
 */
export function placeOf(fields: readonly Path[], location: string): Path | undefined {
  for (let path = fieldPath(location); path.length > 0; path = path.slice(0, -1)) {
    const field = fields.find((one) => one.length === path.length && one.every((part, i) => String(part) === String(path[i])))
    if (field) return fields.some((one) => within(one, field)) ? undefined : field
  }
  return undefined
}

/** Puts the server's complaints about fields into their places; gives back those that have none. */
export function placeFaults<V>(form: FormInstance<V>, problem: Problem): string[] {
  const fields = form.getFieldsError().map((field) => field.name as Path)
  const homeless: string[] = []
  const placed = new Map<Path, string[]>()
  for (const { location, message } of problem.fields) {
    const field = placeOf(fields, location)
    if (field) placed.set(field, [...(placed.get(field) ?? []), message])
    else homeless.push(message)
  }
  for (const [name, messages] of placed) form.setFields([{ name: name as never, errors: [...new Set(messages)] }])
  const [first] = placed.keys()
  if (first) form.scrollToField(first as never, { block: 'center', focus: true })
  return homeless
}

/** A form in a drawer. What was typed survives every fault and is never thrown away unasked. */
export function FormDrawer<V extends object>(props: FormDrawerProps<V>) {
  const { open, close, size = 480 } = props
  const t = useText(words)
  const { modal } = App.useApp()
  const [own] = Form.useForm<V>()
  const form = props.form ?? own
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string[]>([])
  const key = useRef(newKey())
  useEffect(() => {
    if (!open) return
    key.current = newKey()
    setFault([])
  }, [open])

  const leave = () => {
    if (busy) return
    if (!form.isFieldsTouched()) return close()
    void modal.confirm({
      title: t('discardTitle'),
      content: t('discardLine'),
      okText: t('discardDo'),
      okButtonProps: { danger: true },
      cancelText: t('keepEditing'),
      icon: null,
      onOk: close,
    })
  }
  const send = async (values: V) => {
    setBusy(true)
    setFault([])
    try {
      await props.submit(values, key.current)
      close()
    } catch (thrown) {
      const problem = asProblem(thrown)
      const homeless = placeFaults(form, problem)
      if (problem.fields.length === 0) setFault([problem.message, ...(problem.status === 0 ? [t('formKept')] : [])])
      else setFault(homeless)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Drawer
      open={open}
      onClose={leave}
      size={size}
      title={props.title}
      destroyOnHidden
      classNames={{ body: css.body, section: css.section }}
      footer={
        <div className={css.foot}>
          <Button onClick={leave} disabled={busy}>
            {t('cancel')}
          </Button>
          <Act<V> form={form} act={props.act} danger={props.danger} busy={busy} blocked={props.blocked} />
        </div>
      }
    >
      {props.line && <p className={css.line}>{props.line}</p>}
      {fault.length > 0 && (
        <div className={css.fault}>
          <Notice tone="red">
            {fault.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </Notice>
        </div>
      )}
      <Form<V>
        form={form}
        layout="vertical"
        initialValues={props.initial as never}
        onFinish={(values) => void send(values)}
        scrollToFirstError={{ block: 'center', focus: true }}
        validateTrigger="onSubmit"
        clearOnDestroy
      >
        {typeof props.children === 'function' ? props.children(form) : props.children}
        {/* Lets Enter send the form; the visible button stands in the foot. */}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </Form>
    </Drawer>
  )
}

function Act<V>(props: {
  form: FormInstance<V>
  act: string | ((values: Partial<V>) => string)
  danger?: boolean
  busy: boolean
  blocked?: boolean
}) {
  const values = Form.useWatch([], props.form) as Partial<V> | undefined
  return (
    <Button
      type="primary"
      danger={props.danger}
      loading={props.busy}
      disabled={props.blocked}
      onClick={() => props.form.submit()}
    >
      {typeof props.act === 'function' ? props.act(values ?? {}) : props.act}
    </Button>
  )
}
