import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { asProblem, fieldPath } from '@/shared/api/problem'
import { useApi } from '@/shared/api/query'
import type { Setup, SignedIn, Trade } from '@/shared/api/types'
import { useUrlState } from '@/shared/app/urlState'
import { Icon } from '@/shared/icons/Icon'
import { useRenewSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { placeFaults } from '@/shared/ui/FormDrawer'
import { Notice } from '@/shared/ui/Notice'
import { Splash } from '@/shared/ui/Splash'
import { Outside } from './Outside'
import css from './signin.module.css'
import { text } from './text'

type Values = Omit<Setup, 'token'>

const trades: readonly Trade[] = ['retail', 'restaurant', 'beauty', 'supermarket']

const currencies = ['CNY', 'HKD', 'MOP', 'TWD', 'USD', 'EUR', 'GBP', 'SGD', 'MYR', 'AUD']

/** Which step a field of the request is asked on. */
const stepFields = [
  ['merchant', 'trade', 'currency', 'timezone'],
  [
    ['store', 'code'],
    ['store', 'name'],
  ],
  [
    ['owner', 'account'],
    ['owner', 'name'],
    ['owner', 'password'],
  ],
] as const

function stepOf(location: string): number {
  const [first] = fieldPath(location)
  return first === 'store' ? 1 : first === 'owner' ? 2 : 0
}

function zones(): string[] {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const known = Intl.supportedValuesOf('timeZone')
  return [...new Set(['Asia/Shanghai', here, ...known])]
}

export default function SetupPage() {
  const t = useText(text)
  const [state] = useUrlState()
  const setup = useApi<{ needed: boolean }>('/setup')
  const navigate = useNavigate()
  if (setup.isPending) return <Splash />
  if (setup.data && !setup.data.needed) {
    return (
      <Outside title={t('setupDoneTitle')} line={t('setupDoneLine')}>
        <Button type="primary" size="large" block onClick={() => void navigate({ to: '/signin' })}>
          {t('toSignIn')}
        </Button>
      </Outside>
    )
  }
  if (!state.token) return <Outside title={t('setupNoToken')} line={t('setupNeededLine')} />
  return <Wizard token={state.token} />
}

function Wizard({ token }: { token: string }) {
  const t = useText(text)
  const renew = useRenewSession()
  const navigate = useNavigate()
  const [form] = Form.useForm<Values>()
  const values = Form.useWatch([], form) as Partial<Values> | undefined
  const [step, setStep] = useState(0)
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const last = stepFields.length - 1

  const forward = async () => {
    await form.validateFields(stepFields[step] as never)
    setStep(step + 1)
  }
  const send = async () => {
    setBusy(true)
    setFault('')
    try {
      const given = form.getFieldsValue(true) as Values
      await call<SignedIn>('POST', '/setup', { body: { ...given, token } })
      await renew()
      await navigate({ to: '/', replace: true })
    } catch (thrown) {
      const problem = asProblem(thrown)
      const first = problem.fields[0]
      if (first) setStep(stepOf(first.location))
      // The step's fields are there only after it is shown.
      setTimeout(() => {
        const homeless = placeFaults(form, problem)
        if (homeless.length > 0 || problem.fields.length === 0) setFault(homeless[0] ?? problem.message)
      }, 0)
    } finally {
      setBusy(false)
    }
  }
  const names = [t('stepShop'), t('stepStore'), t('stepOwner')]
  return (
    <Outside title={t('setupTitle')} line={t('setupLine')} wide>
      <div className={css.wizard}>
        <nav className={css.steps} aria-label={t('step', { at: step + 1, of: names.length })}>
          {names.map((name, i) => (
            <button
              key={name}
              type="button"
              className={css.step}
              aria-current={i === step ? 'step' : undefined}
              disabled={i > step}
              onClick={() => setStep(i)}
            >
              <span className={css.stepNumber}>{i < step ? <Icon name="check" size={12} /> : i + 1}</span>
              {name}
            </button>
          ))}
        </nav>
        <Form<Values>
          form={form}
          layout="vertical"
          validateTrigger="onSubmit"
          initialValues={{ trade: 'retail', currency: 'CNY', timezone: 'Asia/Shanghai', store: { code: 'S01' } }}
          onFinish={() => void (step === last ? send() : forward())}
        >
          {fault && <Notice tone="red">{fault}</Notice>}
          <div hidden={step !== 0}>
            <ShopStep />
          </div>
          <div hidden={step !== 1}>
            <StoreStep asked={step >= 1} />
          </div>
          <div hidden={step !== 2}>
            <OwnerStep asked={step >= 2} />
          </div>
          <div className={css.buttons}>
            {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('previous')}</Button>}
            <Button type="primary" htmlType="submit" loading={busy}>
              {step < last ? t('next') : values?.merchant ? t('create', { name: values.merchant }) : t('createPlain')}
            </Button>
          </div>
        </Form>
        <Preview values={values ?? {}} />
      </div>
    </Outside>
  )
}

function ShopStep() {
  const t = useText(text)
  return (
    <>
      <h2 className={css.bodyTitle}>{t('stepShop')}</h2>
      <p className={css.bodyLine}>{t('stepShopLine')}</p>
      <Form.Item name="merchant" label={t('merchant')} rules={[{ required: true, whitespace: true }]}>
        <Input placeholder={t('merchantExample')} maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item name="trade" label={t('trade')}>
        <TradeChoice />
      </Form.Item>
      <div className={css.two}>
        <Form.Item name="currency" label={t('currency')} extra={t('currencyHelp')}>
          <Select options={currencies.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item name="timezone" label={t('timezone')}>
          <Select showSearch options={zones().map((value) => ({ value, label: value }))} />
        </Form.Item>
      </div>
    </>
  )
}

function TradeChoice({ id, value, onChange }: { id?: string; value?: Trade; onChange?: (trade: Trade) => void }) {
  const t = useText(text)
  return (
    <div className={css.trades} role="radiogroup" id={id} aria-label={t('trade')}>
      {trades.map((trade) => (
        <label key={trade} className={css.trade}>
          <input type="radio" name="trade" value={trade} checked={value === trade} onChange={() => onChange?.(trade)} />
          <strong>{t(trade)}</strong>
          <small>{t(`${trade}Line`)}</small>
        </label>
      ))}
    </div>
  )
}

function StoreStep({ asked }: { asked: boolean }) {
  const t = useText(text)
  return (
    <>
      <h2 className={css.bodyTitle}>{t('stepStore')}</h2>
      <p className={css.bodyLine}>{t('stepStoreLine')}</p>
      <Form.Item name={['store', 'name']} label={t('storeName')} rules={[{ required: asked, whitespace: true }]}>
        <Input placeholder={t('storeExample')} maxLength={60} />
      </Form.Item>
      <Form.Item name={['store', 'code']} label={t('storeCode')} extra={t('storeCodeHelp')} rules={[{ required: asked }]}>
        <Input maxLength={20} autoCapitalize="characters" spellCheck={false} />
      </Form.Item>
    </>
  )
}

function OwnerStep({ asked }: { asked: boolean }) {
  const t = useText(text)
  return (
    <>
      <h2 className={css.bodyTitle}>{t('stepOwner')}</h2>
      <p className={css.bodyLine}>{t('stepOwnerLine')}</p>
      <Form.Item name={['owner', 'account']} label={t('ownerAccount')} extra={t('ownerAccountHelp')} rules={[{ required: asked }]}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name={['owner', 'name']} label={t('ownerName')}>
        <Input autoComplete="name" maxLength={60} />
      </Form.Item>
      <Form.Item name={['owner', 'password']} label={t('ownerPassword')} extra={t('ownerPasswordHelp')} rules={[{ required: asked }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  )
}

function Preview({ values }: { values: Partial<Values> }) {
  const t = useText(text)
  return (
    <aside className={css.preview} aria-label={t('previewTitle')}>
      <div>
        <span className={css.previewLabel}>{t('previewCard')}</span>
        <div className={css.cardFace}>
          <span className={css.cardName}>{values.merchant || t('merchantExample')}</span>
          <span className={css.cardFoot}>
            <span>{t(values.trade ?? 'retail')}</span>
            <span className={css.cardPoints}>1,280</span>
          </span>
        </div>
      </div>
      <div>
        <span className={css.previewLabel}>{t('previewStore')}</span>
        <p>{[values.store?.code, values.store?.name || t('storeExample')].filter(Boolean).join(' · ')}</p>
      </div>
      <div>
        <span className={css.previewLabel}>{t('previewRule')}</span>
        <p>{t(`${values.trade ?? 'retail'}Rule`)}</p>
      </div>
    </aside>
  )
}
