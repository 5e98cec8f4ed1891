import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { call, newKey } from '@/shared/api/client'
import { asProblem, type Problem } from '@/shared/api/problem'
import { useApi, useDrop } from '@/shared/api/query'
import type { Member, MemberField, NewMember } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Notice } from '@/shared/ui/Notice'
import { phoneIn } from './box'
import css from './member.module.css'
import { Button } from './parts'
import { text } from './text'
import { useTill } from './till'

/** What the shop's own fields hold, by code, as it was typed. */
type Typed = Readonly<Record<string, string>>

/** The typed values in the kinds that the shop asks for; what is empty is left out. */
function ownFields(fields: readonly MemberField[], typed: Typed): Record<string, unknown> | undefined {
  const given = fields.filter((field) => typed[field.code])
  if (given.length === 0) return undefined
  const value = (field: MemberField, said: string) => (field.kind === 'number' ? Number(said) : field.kind === 'boolean' ? said === 'true' : said)
  return Object.fromEntries(given.map((field) => [field.code, value(field, typed[field.code] ?? '')]))
}

/** Enrols somebody at the till; the same bill goes on, now with its member. */
export function EnrolForm({ phone, close, inline }: { phone: string; close: () => void; inline: boolean }) {
  const t = useText(text)
  const drop = useDrop()
  const { store, setMember, tell } = useTill()
  const asked = useApi<{ items: MemberField[] }>('/member-fields')
  const fields = asked.data?.items.filter((field) => field.required) ?? []
  const [number, setNumber] = useState(phone)
  const [name, setName] = useState('')
  const [own, setOwn] = useState<Typed>({})
  const [agreed, setAgreed] = useState(false)
  const [sms, setSms] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const key = useRef(newKey())
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  const faultAt = (place: string) => problem?.fields.find((field) => field.location === 'body.' + place)?.message
  const homeless = problem && !problem.fields.some((f) => /^body\.(phone|name|fields\.)/.test(f.location)) ? problem.message : ''
  const ready = phoneIn(number) !== '' && agreed && !busy

  const send = async (e: FormEvent) => {
    e.preventDefault()
    if (!ready) return
    setBusy(true)
    setProblem(null)
    const body: NewMember = {
      phone: phoneIn(number),
      store_id: store.id,
      ...(name.trim() && { name: name.trim() }),
      fields: ownFields(fields, own),
      consents: [
        { purpose: 'service', granted: true, channel: 'pos' },
        { purpose: 'marketing_sms', granted: sms, channel: 'pos' },
      ],
    }
    try {
      const member = await call<Member>('POST', '/members', { body, key: key.current })
      await drop(['/members'])
      setMember(member)
      tell('good', t('enrolled', { no: member.member_no }))
    } catch (thrown) {
      const met = asProblem(thrown)
      // A request that was refused is over; what is sent next is another one.
      if (met.status !== 0 && met.status < 500) key.current = newKey()
      setProblem(met)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={css.enrol} onSubmit={(e) => void send(e)}>
      <div>
        <h2>{t('enrolTitle')}</h2>
        {phone && <p className={css.line}>{t('enrolLine', { phone })}</p>}
      </div>
      {homeless && <Notice tone="red">{homeless}</Notice>}
      {!inline && (
        <Labelled label={t('enrolPhone')} fault={faultAt('phone')}>
          <input ref={first} type="tel" inputMode="tel" autoComplete="off" value={number} onChange={(e) => setNumber(e.target.value)} />
        </Labelled>
      )}
      {inline && faultAt('phone') && <Notice tone="red">{faultAt('phone')}</Notice>}
      <Labelled label={t('enrolName')} fault={faultAt('name')}>
        <input ref={inline ? first : undefined} type="text" autoComplete="off" maxLength={40} value={name} placeholder={t('enrolNameHint')} onChange={(e) => setName(e.target.value)} />
      </Labelled>
      {fields.map((field) => (
        <Labelled key={field.code} label={field.name} fault={faultAt('fields.' + field.code)}>
          <OwnField field={field} value={own[field.code] ?? ''} set={(value) => setOwn({ ...own, [field.code]: value })} />
        </Labelled>
      ))}
      <p className={css.consent}>{t('enrolConsentLine')}</p>
      <Tick on={agreed} set={setAgreed} label={t('enrolConsent')} />
      <Tick on={sms} set={setSms} label={t('enrolSms')} />
      <div className={css.enrolActs}>
        {!inline && <Button onClick={close}>{t('doBack')}</Button>}
        <Button type="submit" tone="primary" large disabled={!ready} onMouseDown={undefined}>
          {t('enrolDo')}
        </Button>
      </div>
    </form>
  )
}

function Labelled({ label, fault, children }: { label: string; fault?: string; children: ReactNode }) {
  return (
    <label className={css.labelled} data-bad={fault ? true : undefined}>
      <span>{label}</span>
      {children}
      {fault && <small role="alert">{fault}</small>}
    </label>
  )
}

function Tick({ on, set, label }: { on: boolean; set: (on: boolean) => void; label: string }) {
  return (
    <label className={css.tick}>
      <input type="checkbox" checked={on} onChange={(e) => set(e.target.checked)} />
      <span>{label}</span>
    </label>
  )
}

function OwnField({ field, value, set }: { field: MemberField; value: string; set: (value: string) => void }) {
  const t = useText(text)
  const w = useText(words)
  if (field.kind === 'choice' || field.kind === 'boolean') {
    const options = field.kind === 'choice' ? (field.choices ?? []).map((choice) => [choice, choice] as const) : ([['true', w('yes')], ['false', w('no')]] as const)
    return (
      <select value={value} onChange={(e) => set(e.target.value)}>
        <option value="">{t('choose')}</option>
        {options.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    )
  }
  const type = field.kind === 'date' ? 'date' : field.kind === 'number' ? 'number' : 'text'
  return <input type={type} value={value} onChange={(e) => set(e.target.value)} />
}
