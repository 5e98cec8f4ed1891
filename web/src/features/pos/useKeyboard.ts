import { useEffect, useRef } from 'react'
import { chordOf, commandFor, type Situation } from './commands'
import { characterOf, hear, isUnderWay, silence, type Burst } from './scanner'
import { useTill } from './till'

/** Fields say what they are for, because the one box and the amount leave more keys to the commands than others. */
type Role = 'box' | 'amount' | 'field' | 'none'

/** After so long a rest, in milliseconds, what stands in the one box was left there. */
const restBefore = 1500

type Field = HTMLInputElement | HTMLTextAreaElement

function fieldOf(element: Element | null): Field | null {
  const isField = element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type))
  return isField ? (element as Field) : null
}

function roleOf(field: Field | null): Role {
  if (!field) return 'none'
  const role = field.dataset.till
  return role === 'box' || role === 'amount' ? role : 'field'
}

/** Puts a field back to what stood in it before the scanner typed into it, in a way that React notices. */
function putBack(field: Field, value: string): void {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Whether a key goes on with a word that somebody has just begun in the one box, so that it begins no scan. */
function typingOn(field: Field | null, role: Role, pause: number): boolean {
  if (role !== 'box' || !field || field.value === '' || pause > restBefore) return false
  return field.selectionStart !== 0 || field.selectionEnd !== field.value.length
}

/** Listens to keyboard and scanner for the whole till. */
export function useKeyboard(): void {
  const till = useTill()
  const now = useRef(till)
  useEffect(() => {
    now.current = till
  })
  useEffect(() => {
    let burst: Burst = silence
    let before: { field: Field; value: string } | null = null
    let lastKey = 0

    const scanned = (code: string, e: KeyboardEvent) => {
      e.preventDefault()
      e.stopPropagation()
      if (before) putBack(before.field, before.value)
      now.current.take(code, 'scanned')
    }

    const here = (role: Role): Situation => {
      const { situation, sheet, box } = now.current
      const onButton = document.activeElement instanceof HTMLElement && document.activeElement.closest('button, a, [role="switch"]') !== null
      return { ...situation, sheet, boxEmpty: box.text === '', inField: role === 'field', onButton }
    }

    const listen = (e: KeyboardEvent) => {
      const field = fieldOf(document.activeElement)
      const role = roleOf(field)
      const held = e.ctrlKey || e.altKey || e.metaKey
      const stroke = { code: e.code, shift: e.shiftKey, held, repeat: e.repeat, at: e.timeStamp }
      const underWay = isUnderWay(burst, e.timeStamp)
      const heard = hear(burst, stroke, role === 'none' ? 'nowhere' : role === 'box' ? 'box' : 'field')
      const begins = heard.burst.text.length === 1
      const goesOn = begins && typingOn(field, role, e.timeStamp - lastKey)
      if (begins) before = field ? { field, value: field.value } : null
      burst = goesOn ? silence : heard.burst
      lastKey = e.timeStamp
      if (heard.scanned !== undefined) return scanned(heard.scanned, e)
      if (underWay && characterOf(e.code, e.shiftKey) !== '') return

      const { situation, sheet, boxField } = now.current
      const chord = chordOf(e)
      const command = commandFor(chord, here(role))
      if (command) {
        e.preventDefault()
        e.stopPropagation()
        // A key that is held down goes on moving, but takes no money.
        if (e.repeat && !['up', 'down'].includes(command.id)) return
        return command.do(now.current.verbs)
      }
      if (chord === '+' && role === 'box') {
        // The key that pays is never a part of a word. What was scanned just before is waited for.
        e.preventDefault()
        return void now.current.settled()?.then(() => setTimeout(() => commandFor(chord, here(role))?.do(now.current.verbs), 0))
      }
      // Function keys that mean something elsewhere at the till do not do what the browser has in mind for them.
      if (/^F([12489]|10)$/.test(e.code) && !held) return e.preventDefault()
      const writes = !held && characterOf(e.code, e.shiftKey) !== '' && e.code !== 'Space'
      if (writes && role === 'none' && situation.pane === 'goods' && sheet === '' && !situation.locked) boxField.current?.focus()
    }
    document.addEventListener('keydown', listen, true)
    return () => document.removeEventListener('keydown', listen, true)
  }, [])
}
