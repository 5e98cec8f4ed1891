import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call } from '@/shared/api/client'
import { Icon, type IconName } from '@/shared/icons/Icon'
import { useRenewSession, useSession } from '@/shared/session/session'
import { setLanguage, useLanguage, useText } from '@/shared/text/text'
import { useTheme } from '@/shared/theme/theme'
import { Choices, Dialog } from './parts'
import css from './sheets.module.css'
import { text } from './text'
import { useTill } from './till'
import { usePaperWidth } from './usePaperWidth'

const modes = ['light', 'dark', 'system'] as const

/** How this device sells: its store, its sounds, its look, its paper; and the way out. */
export function MoreSheet() {
  const t = useText(text)
  const { me, stores } = useSession()
  const { store, changeStore, attempt, soundOn, verbs } = useTill()
  const { mode, setMode } = useTheme()
  const language = useLanguage()
  const [width, setWidth] = usePaperWidth()
  // A sale that is not confirmed is settled where it was made.
  const movable = attempt === null && stores.filter((one) => one.status === 'open').length > 1
  const chosen = (on: boolean) => t(on ? 'on' : 'off')
  return (
    <Dialog title={t('settings')} line={[store.name, me.staff?.name || me.staff?.account].filter(Boolean).join(' · ')}>
      <div className={css.settings}>
        <Setting name={t('sounds')}>
          <Choices items={[t('on'), t('off')]} value={chosen(soundOn)} choose={(item) => item !== chosen(soundOn) && verbs.toggleSound()} label={t('sounds')} />
        </Setting>
        <Setting name={t('appearance')}>
          <Choices items={modes.map((one) => t(one))} value={t(mode)} choose={(item) => setMode(modes.find((one) => t(one) === item) ?? 'system')} label={t('appearance')} />
        </Setting>
        <Setting name={t('language')}>
          <Choices items={['简体中文', 'English']} value={language === 'en' ? 'English' : '简体中文'} choose={(item) => setLanguage(item === 'English' ? 'en' : 'zh')} label={t('language')} />
        </Setting>
        <Setting name={t('paper')}>
          <Choices items={['58 mm', '80 mm']} value={`${width} mm`} choose={(item) => setWidth(item === '58 mm' ? 58 : 80)} label={t('paper')} />
        </Setting>
      </div>
      <div className={css.ways}>
        <Way icon="info" onClick={() => verbs.show('keys')}>
          {t('doKeys')}
        </Way>
        {movable && (
          <Way icon="stores" onClick={changeStore}>
            {t('changeStore')}
          </Way>
        )}
        <a className={css.way} href="/console/">
          <Icon name="home" size={20} />
          {t('console')}
        </a>
        <SignOut />
      </div>
    </Dialog>
  )
}

function Setting({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.setting}>
      <span>{name}</span>
      {children}
    </div>
  )
}

function Way({ icon, onClick, children }: { icon: IconName; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={css.way} onClick={onClick}>
      <Icon name={icon} size={20} />
      {children}
    </button>
  )
}

/** The way out. An unfinished bill stays on this device. */
export function SignOut() {
  const t = useText(text)
  const renew = useRenewSession()
  const navigate = useNavigate()
  const leave = async () => {
    await call('POST', '/auth/logout').catch(() => undefined)
    await renew()
    await navigate({ to: '/signin' })
  }
  return (
    <Way icon="leave" onClick={() => void leave()}>
      {t('signOut')}
    </Way>
  )
}
