import { useLayoutEffect, useRef, type ButtonHTMLAttributes, type ReactNode } from 'react'
import { Icon, type IconName } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { capOf, commandOf, type CommandId } from './commands'
import css from './parts.module.css'
import { text } from './text'
import { useTill } from './till'

type Tone = 'primary' | 'plain' | 'quiet' | 'danger'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone
  icon?: IconName
  /** The key that does the same, as on the key sheet. */
  cap?: string
  large?: boolean
}

/** A button for fingers. It leaves the cursor where it was, so that the scanner and the keys go on. */
export function Button({ tone = 'plain', icon, cap, large, children, className, ...rest }: ButtonProps) {
  const classes = [css.button, css[tone], large && css.large, className].filter(Boolean).join(' ')
  return (
    <button type="button" onMouseDown={(e) => e.preventDefault()} {...rest} className={classes}>
      {icon && <Icon name={icon} size={20} />}
      {children !== undefined && <span className={css.label}>{children}</span>}
      {cap && <kbd className={css.cap}>{cap}</kbd>}
    </button>
  )
}

/** The button of a command: its name, its key, and whether it can be done now all come from the one list. */
export function Act({ id, children, ...rest }: Omit<ButtonProps, 'cap' | 'onClick'> & { id: CommandId }) {
  const t = useText(text)
  const { situation, verbs } = useTill()
  const command = commandOf(id)
  const cap = capOf(command.keys[0] ?? '')
  return (
    <Button
      {...rest}
      cap={cap}
      disabled={!command.when(situation)}
      onClick={() => command.do(verbs)}
      aria-keyshortcuts={command.keys.join(' ')}
    >
      {children ?? t(command.name)}
    </Button>
  )
}

/** A button that is only an icon, 48 px. */
export function IconAct({ icon, label, ...rest }: { icon: IconName; label: string } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" onMouseDown={(e) => e.preventDefault()} title={label} aria-label={label} {...rest} className={`${css.iconAct} ${rest.className ?? ''}`}>
      <Icon name={icon} size={20} />
    </button>
  )
}

/** A switch, 48 px high to the finger. */
export function Switch({ on, label, disabled, flip }: { on: boolean; label: string; disabled?: boolean; flip: () => void }) {
  return (
    <button type="button" role="switch" aria-checked={on} aria-label={label} disabled={disabled} className={css.switch} onMouseDown={(e) => e.preventDefault()} onClick={flip}>
      <span />
    </button>
  )
}

/** The head of what stands in place of the goods. */
export function PaneHead({ title, children }: { title: string; children?: ReactNode }) {
  const t = useText(text)
  const { situation, verbs } = useTill()
  const back = commandOf('back')
  return (
    <header className={css.paneHead}>
      <Button tone="quiet" icon="left" cap="Esc" disabled={!back.when(situation)} onClick={() => back.do(verbs)} aria-label={t('doBack')} className={css.backButton}>
        {t('doBack')}
      </Button>
      <h1>{title}</h1>
      <div className={css.paneHeadEnd}>{children}</div>
    </header>
  )
}

/** Asks for one thing above everything. Esc and the cross close it and change nothing; what is marked `data-first` has the cursor. */
export function Dialog({ title, line, wide, children }: { title: string; line?: string; wide?: boolean; children: ReactNode }) {
  const t = useText(text)
  const { verbs } = useTill()
  const ref = useRef<HTMLDialogElement>(null)
  const close = () => verbs.show('')
  // Closed before it is taken away, so that the cursor goes back to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) dialog.showModal()
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className={wide ? css.dialogWide : css.dialog}
      aria-label={title}
      closedby="any"
      onCancel={(e) => {
        e.preventDefault()
        close()
      }}
    >
      <div className={css.dialogBody}>
        <header className={css.dialogHead}>
          <h2>{title}</h2>
          <IconAct icon="close" label={t('close')} onClick={close} />
        </header>
        {line && <p className={css.dialogLine}>{line}</p>}
        {children}
      </div>
    </dialog>
  )
}

/** The keys of the number pad. */
export function Pad({ press, decimals, disabled }: { press: (key: string) => void; decimals?: boolean; disabled?: boolean }) {
  const t = useText(text)
  const keys = ['7', '8', '9', '4', '5', '6', '1', '2', '3', decimals ? '.' : '00', '0', 'back']
  return (
    <div className={css.pad}>
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          disabled={disabled}
          className={css.padKey}
          aria-label={key === 'back' ? t('backspace') : undefined}
          onMouseDown={(e) => e.preventDefault()}
          onClick={() => press(key)}
        >
          {key === 'back' ? <Icon name="backspace" size={24} /> : key}
        </button>
      ))}
    </div>
  )
}

/** Short answers to choose from; the chosen text can still be changed by hand. */
export function Choices({ items, value, choose, label }: { items: readonly string[]; value: string; choose: (item: string) => void; label: string }) {
  return (
    <div className={css.choices} role="group" aria-label={label}>
      {items.map((item) => (
        <button key={item} type="button" className={css.choice} aria-pressed={item === value} onMouseDown={(e) => e.preventDefault()} onClick={() => choose(item)}>
          {item}
        </button>
      ))}
    </div>
  )
}
