import { Link, useRouterState } from '@tanstack/react-router'
import { Drawer } from 'antd'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Feature, MenuEntry } from '@/shared/app/feature'
import { Icon } from '@/shared/icons/Icon'
import { Mark } from '@/shared/mark/Mark'
import { useSession } from '@/shared/session/session'
import { usePick, useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { IconButton } from '@/shared/ui/IconButton'
import { Search } from './Search'
import { StoreSwitch } from './StoreSwitch'
import { LanguageSwitch, PersonMenu, ThemeSwitch } from './menus'
import { text } from './text'
import css from './shell.module.css'

const keptFold = 'huiji.menu'

/** Whether the page is narrower than the given width; changes with the window. */
export function useNarrower(width: number): boolean {
  const query = useMemo(() => window.matchMedia(`(max-width: ${width - 0.02}px)`), [width])
  const [narrow, setNarrow] = useState(query.matches)
  useEffect(() => {
    const listen = () => setNarrow(query.matches)
    listen()
    query.addEventListener('change', listen)
    return () => query.removeEventListener('change', listen)
  }, [query])
  return narrow
}

/** The console's frame: menu left, bar above, the page in the middle. */
export function Shell({ features, children }: { features: readonly Feature[]; children: ReactNode }) {
  const t = useText(text)
  const { can } = useSession()
  const phone = useNarrower(768)
  const tablet = useNarrower(1200)
  const [choice, setChoice] = useState(() => localStorage.getItem(keptFold))
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => setOpen(false), [path])

  const entries = useMemo(
    () =>
      features
        .flatMap((feature) => feature.menu ?? [])
        .filter((entry) => !entry.need || can(entry.need))
        .toSorted((a, b) => a.order - b.order),
    [features, can],
  )
  const folded = choice === null ? tablet : choice === 'folded'
  const fold = (next: boolean) => {
    localStorage.setItem(keptFold, next ? 'folded' : 'open')
    setChoice(next ? 'folded' : 'open')
  }

  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        {t('skip')}
      </a>
      {!phone && (
        <aside className={folded ? css.sideFolded : css.side}>
          <Brand folded={folded} />
          <Entries entries={entries} folded={folded} />
          <div className={css.fold}>
            <IconButton
              icon={folded ? 'unfold' : 'fold'}
              label={t(folded ? 'unfoldMenu' : 'foldMenu')}
              onClick={() => fold(!folded)}
            />
          </div>
        </aside>
      )}
      {phone && (
        <Drawer
          open={open}
          onClose={() => setOpen(false)}
          placement="left"
          size={248}
          title={<Brand folded={false} />}
          classNames={{ header: css.drawerHead, body: css.drawerBody }}
        >
          <Entries entries={entries} folded={false} />
        </Drawer>
      )}
      <div className={css.rest}>
        <header className={css.bar}>
          {phone && <IconButton icon="menu" label={t('openMenu')} onClick={() => setOpen(true)} />}
          <StoreSwitch />
          <Search features={features} entries={entries} />
          <div className={css.barEnd}>
            {!phone && <ThemeSwitch />}
            {!phone && <LanguageSwitch />}
            <PersonMenu withSwitches={phone} />
          </div>
        </header>
        <main id="main" className={css.main} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}

function Brand({ folded }: { folded: boolean }) {
  const { me } = useSession()
  const t = useText(words)
  return (
    <Link to="/" className={css.brand} aria-label={t('product')}>
      <Mark size={24} />
      {!folded && <span className={css.brandName}>{me.merchant.name}</span>}
    </Link>
  )
}

function Entries({ entries, folded }: { entries: readonly MenuEntry[]; folded: boolean }) {
  const t = useText(text)
  const pick = usePick()
  return (
    <nav className={css.nav} aria-label={t('menu')}>
      {entries.map((entry, i) => {
        const heading = entry.group && pick(entry.group)
        const before = entries[i - 1]?.group
        const begins = heading !== undefined && (!before || pick(before) !== heading)
        return (
          <div key={entry.path}>
            {begins && (folded ? <hr className={css.rule} /> : <p className={css.heading}>{heading}</p>)}
            <Link
              to={entry.path}
              className={css.entry}
              activeProps={{ className: css.entryActive }}
              title={folded ? pick(entry.label) : undefined}
            >
              <Icon name={entry.icon} />
              <span className={folded ? 'visually-hidden' : css.entryLabel}>{pick(entry.label)}</span>
            </Link>
          </div>
        )
      })}
    </nav>
  )
}
