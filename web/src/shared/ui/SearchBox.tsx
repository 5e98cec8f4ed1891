import { useEffect, useRef, useState } from 'react'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './page.module.css'

const pause = 300

/** The one search box of a list. It waits for a pause, and for the input method to finish its word. */
export function SearchBox({ value, placeholder, change }: { value: string; placeholder: string; change: (q: string) => void }) {
  const t = useText(words)
  const [typed, setTyped] = useState(value)
  const composing = useRef(false)
  const sent = useRef(value)
  const tell = useRef(change)
  useEffect(() => {
    tell.current = change
  }, [change])

  // The address changed by itself: back button, a view, cleared filters.
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setTyped(value)
    }
  }, [value])
  useEffect(() => {
    const wanted = typed.trim()
    if (composing.current || wanted === sent.current) return
    const timer = setTimeout(() => {
      sent.current = wanted
      tell.current(wanted)
    }, pause)
    return () => clearTimeout(timer)
  }, [typed])

  const send = (q: string) => {
    sent.current = q.trim()
    tell.current(q.trim())
  }
  return (
    <label className={css.search}>
      <Icon name="search" size={16} />
      <span className="visually-hidden">{t('search')}</span>
      <input
        type="search"
        value={typed}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        onCompositionStart={() => {
          composing.current = true
        }}
        onCompositionEnd={(e) => {
          composing.current = false
          send(e.currentTarget.value)
        }}
        onChange={(e) => setTyped(e.target.value)}
        onKeyDown={(e) => e.key === 'Enter' && !e.nativeEvent.isComposing && send(typed)}
      />
    </label>
  )
}
