import { useNavigate } from '@tanstack/react-router'
import { Dropdown, type MenuProps } from 'antd'
import { lazy, useState } from 'react'
import { call } from '@/shared/api/client'
import type { Role } from '@/shared/api/types'
import { Icon, type IconName } from '@/shared/icons/Icon'
import { useRenewSession, useSession } from '@/shared/session/session'
import { setLanguage, useLanguage, useText, type Language } from '@/shared/text/text'
import { useTheme, type Mode } from '@/shared/theme/theme'
import { IconButton } from '@/shared/ui/IconButton'
import { Later } from '@/shared/ui/Later'
import { text } from './text'
import css from './shell.module.css'

const PasswordDrawer = lazy(() => import('./PasswordDrawer'))

const modes: readonly { mode: Mode; icon: IconName; key: 'themeLight' | 'themeDark' | 'themeSystem' }[] = [
  { mode: 'light', icon: 'sun', key: 'themeLight' },
  { mode: 'dark', icon: 'moon', key: 'themeDark' },
  { mode: 'system', icon: 'device', key: 'themeSystem' },
]

const languages: readonly { key: Language; label: string }[] = [
  { key: 'zh', label: '简体中文' },
  { key: 'en', label: 'English' },
]

const roleKeys = { owner: 'roleOwner', manager: 'roleManager', cashier: 'roleCashier', auditor: 'roleAuditor' } as const

/** The name of a role, as people say it. */
export function useRoleName(): (role: Role) => string {
  const t = useText(text)
  return (role) => t(roleKeys[role])
}

/** Light, dark, or as the device has it. */
export function ThemeSwitch() {
  const t = useText(text)
  const { mode, setMode } = useTheme()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [mode],
        onClick: ({ key }) => setMode(key as Mode),
        items: modes.map((m) => ({ key: m.mode, icon: <Icon name={m.icon} size={16} />, label: t(m.key) })),
      }}
    >
      <IconButton icon={modes.find((m) => m.mode === mode)?.icon ?? 'sun'} label={t('theme')} />
    </Dropdown>
  )
}

/** Chinese or English; remembered on this device. */
export function LanguageSwitch() {
  const t = useText(text)
  const chosen = useLanguage()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [chosen],
        onClick: ({ key }) => setLanguage(key as Language),
        items: languages.map((l) => ({ key: l.key, label: l.label })),
      }}
    >
      <IconButton icon="language" label={t('language')} />
    </Dropdown>
  )
}

/** The signed-in person: their password and the way out; on a phone also appearance and language. */
export function PersonMenu({ withSwitches }: { withSwitches?: boolean }) {
  const t = useText(text)
  const { me, can } = useSession()
  const { mode, setMode } = useTheme()
  const chosen = useLanguage()
  const roleName = useRoleName()
  const renew = useRenewSession()
  const navigate = useNavigate()
  const [changing, setChanging] = useState(false)
  const name = me.staff?.name || me.staff?.account || me.key?.name || ''

  const signOut = async () => {
    await call('POST', '/auth/logout').catch(() => undefined)
    await renew()
    await navigate({ to: '/signin' })
  }
  const switches: MenuProps['items'] = withSwitches
    ? [
        { type: 'group', label: t('theme'), children: modes.map((m) => ({ key: m.mode, icon: <Icon name={m.icon} size={16} />, label: t(m.key) })) },
        { type: 'group', label: t('language'), children: languages.map((l) => ({ key: l.key, label: l.label })) },
        { type: 'divider' },
      ]
    : []
  const items: MenuProps['items'] = [
    {
      key: 'head',
      type: 'group',
      label: (
        <span className={css.personHead}>
          {name}
          <small>{me.staff?.roles.map(roleName).join(' · ')}</small>
        </span>
      ),
    },
    { type: 'divider' },
    ...switches,
    ...(can('order.sell') ? [{ key: 'pos', icon: <Icon name="pos" size={16} />, label: <a href="/pos/">{t('openPos')}</a> }] : []),
    { key: 'password', icon: <Icon name="key" size={16} />, label: t('password') },
    ...(me.staff ? [{ key: 'sessions', icon: <Icon name="device" size={16} />, label: t('sessions') }] : []),
    { key: 'leave', icon: <Icon name="leave" size={16} />, label: t('signOut') },
  ]
  const act: MenuProps['onClick'] = ({ key }) => {
    if (key === 'password') setChanging(true)
    if (key === 'sessions') void navigate({ to: '/staff/sessions' })
    if (key === 'leave') void signOut()
    if (key === 'zh' || key === 'en') setLanguage(key)
    if (key === 'light' || key === 'dark' || key === 'system') setMode(key)
  }
  return (
    <>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{ items, onClick: act, selectable: withSwitches, selectedKeys: withSwitches ? [mode, chosen] : [] }}
      >
        <button type="button" className={css.person} aria-label={`${t('account')} ${name}`}>
          <span className={css.face} aria-hidden="true">
            {name.slice(0, 1).toUpperCase()}
          </span>
          {!withSwitches && <span>{name}</span>}
        </button>
      </Dropdown>
      <Later open={changing}>
        <PasswordDrawer open={changing} close={() => setChanging(false)} />
      </Later>
    </>
  )
}
