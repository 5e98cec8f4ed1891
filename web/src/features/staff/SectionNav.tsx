import { Link } from '@tanstack/react-router'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import css from './staff.module.css'
import { text } from './text'

/** The rooms of this feature, side by side; those that are not for this person are left out. */
export function SectionNav() {
  const t = useText(text)
  const { can } = useSession()
  const rooms = [
    ...(can('staff.read') ? [{ to: '/staff', label: t('navStaff') }] : []),
    ...(can('key.manage') ? [{ to: '/staff/keys', label: t('navKeys') }] : []),
    { to: '/staff/sessions', label: t('navSessions') },
  ]
  if (rooms.length === 1) return null
  return (
    <nav className={css.nav} aria-label={t('section')}>
      {rooms.map((room) => (
        <Link key={room.to} to={room.to} className={css.navItem} activeOptions={{ exact: true, includeSearch: false }}>
          {room.label}
        </Link>
      ))}
    </nav>
  )
}
