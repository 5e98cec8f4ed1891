import { useNavigate } from '@tanstack/react-router'
import { Modal } from 'antd'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Feature, Hit, MenuEntry } from '@/shared/app/feature'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { usePick, useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { text } from './text'
import css from './shell.module.css'

interface Group {
  label: string
  hits: Hit[]
}

const pause = 200

/** One search over everything that can be opened, with Ctrl K (or ⌘ K). */
export function Search({ features, entries }: { features: readonly Feature[]; entries: readonly MenuEntry[] }) {
  const t = useText(text)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const listen = (e: globalThis.KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k') {
        e.preventDefault()
        setOpen(true)
      }
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
  return (
    <>
      <button type="button" className={css.searchButton} aria-label={t('searchHint')} onClick={() => setOpen(true)}>
        <Icon name="search" />
        <span>{t('searchHint')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Modal
        open={open}
        onCancel={() => setOpen(false)}
        footer={null}
        closable={false}
        width={600}
        destroyOnHidden
        style={{ top: 72 }}
        styles={{ container: { padding: 0 } }}
        aria-label={t('searchHint')}
      >
        <Panel features={features} entries={entries} close={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function useHits(features: readonly Feature[], entries: readonly MenuEntry[], q: string) {
  const t = useText(text)
  const pick = usePick()
  const { can } = useSession()
  const [found, setFound] = useState<{ q: string; groups: Group[] }>({ q: '', groups: [] })
  const finders = useMemo(
    () => features.flatMap((feature) => feature.finders ?? []).filter((finder) => can(finder.need)),
    [features, can],
  )
  useEffect(() => {
    if (q === '') return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      void Promise.all(
        finders.map(async (finder) => ({
          label: pick(finder.label),
          // One source that fails must not hide what the others found.
          hits: await finder.find(q, stop.signal).catch(() => []),
        })),
      ).then((groups) => {
        if (!stop.signal.aborted) setFound({ q, groups })
      })
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [q, finders, pick])

  return useMemo(() => {
    if (q === '') return { groups: [] as Group[], searching: false }
    const wanted = q.toLowerCase()
    const pages = entries
      .filter((entry) => entry.label.some((label) => label?.toLowerCase().includes(wanted)))
      .map((entry): Hit => ({ title: pick(entry.label), to: entry.path }))
    const groups = [...(found.q === q ? found.groups : []), { label: t('searchPages'), hits: pages }]
    return { groups: groups.filter((group) => group.hits.length > 0), searching: found.q !== q }
  }, [q, entries, found, pick, t])
}

function Panel({ features, entries, close }: { features: readonly Feature[]; entries: readonly MenuEntry[]; close: () => void }) {
  const t = useText(text)
  const w = useText(words)
  const navigate = useNavigate()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [q, setQ] = useState('')
  const [at, setAt] = useState(0)
  const wanted = q.trim()
  const { groups, searching } = useHits(features, entries, wanted)
  const hits = groups.flatMap((group) => group.hits)
  useEffect(() => setAt(0), [wanted])
  // The dialog moves the focus to its own frame when it opens; it belongs into the field.
  useEffect(() => {
    const timer = setTimeout(() => input.current?.focus(), 0)
    return () => clearTimeout(timer)
  }, [])

  const go = (hit: Hit | undefined) => {
    if (!hit) return
    close()
    void navigate({ to: hit.to })
  }
  const onKey = (e: KeyboardEvent) => {
    // While an input method composes, its keys are its own.
    if (e.nativeEvent.isComposing) return
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault()
      const step = e.key === 'ArrowDown' ? 1 : -1
      setAt((now) => (hits.length === 0 ? 0 : (now + step + hits.length) % hits.length))
    }
    if (e.key === 'Enter') go(hits[at])
  }
  return (
    <div>
      <div className={css.searchInput}>
        <Icon name="search" size={20} />
        <input
          ref={input}
          value={q}
          onChange={(e) => setQ(e.target.value)}
          onKeyDown={onKey}
          placeholder={t('searchHint')}
          aria-label={w('search')}
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={id}
          aria-activedescendant={hits[at] ? `${id}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div className={css.hits} role="listbox" id={id} aria-label={w('search')}>
        {groups.map((group) => (
          <div key={group.label} role="group" aria-label={group.label}>
            <p className={css.hitsLabel}>{group.label}</p>
            {group.hits.map((hit) => {
              const mine = hits.indexOf(hit)
              return (
                // The field above keeps the focus; the keys work there.
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
                <div
                  key={hit.to + hit.title}
                  id={`${id}-${mine}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={mine === at}
                  className={css.hit}
                  onMouseMove={() => setAt(mine)}
                  onClick={() => go(hit)}
                >
                  <span className={css.hitTitle}>{hit.title}</span>
                  <span className={css.hitHint}>{hit.hint}</span>
                </div>
              )
            })}
          </div>
        ))}
        {wanted === '' && <p className={css.searchNote}>{t('searchBegin')}</p>}
        {wanted !== '' && hits.length === 0 && (
          <p className={css.searchNote}>{searching ? t('searching') : t('searchNone', { q: wanted })}</p>
        )}
      </div>
      <p className={css.searchKeys}>{t('searchKeys')}</p>
    </div>
  )
}
