import { Button, Input, Modal } from 'antd'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { newKey } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './form.module.css'
import { Notice } from './Notice'

export interface ConfirmProps {
  open: boolean
  close: () => void
  /** The question. */
  title: string
  /** What will happen, with figures. */
  children: ReactNode
  /** The button: it names the act. */
  act: string
  danger?: boolean
  /** Asks for a reason; the act waits until there is one. */
  reason?: { label: string; placeholder?: string }
  /** What it throws is shown, and the dialog stays. */
  run: (reason: string, key: string) => Promise<void>
}

/** Asks before an act that cannot simply be taken back, and says what it will do. */
export function Confirm({ open, close, title, children, act, danger, reason, run }: ConfirmProps) {
  const t = useText(words)
  const id = useId()
  const [given, setGiven] = useState('')
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())
  useEffect(() => {
    if (!open) return
    key.current = newKey()
    setGiven('')
    setFault('')
  }, [open])
  const go = async () => {
    setBusy(true)
    setFault('')
    try {
      await run(given.trim(), key.current)
      close()
    } catch (thrown) {
      const problem = asProblem(thrown)
      setFault(problem.fields[0]?.message ?? problem.message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open={open}
      onCancel={() => !busy && close()}
      title={title}
      width={440}
      destroyOnHidden
      footer={
        <div className={css.foot}>
          <Button onClick={close} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button
            type="primary"
            danger={danger}
            loading={busy}
            disabled={reason !== undefined && given.trim() === ''}
            onClick={() => void go()}
          >
            {act}
          </Button>
        </div>
      }
    >
      <div className={css.confirmBody}>
        <div>{children}</div>
        {reason && (
          <div>
            <label htmlFor={id} className={css.label}>
              {reason.label}
            </label>
            <Input.TextArea
              id={id}
              value={given}
              maxLength={200}
              rows={2}
              placeholder={reason.placeholder}
              onChange={(e) => setGiven(e.target.value)}
            />
          </div>
        )}
        {fault && <Notice tone="red">{fault}</Notice>}
      </div>
    </Modal>
  )
}
