/**
 * Tells a scanner from a hand. A scanner is a keyboard that types faster than
 * people do and ends with Enter or Tab. The keys are read by their place on the
 * keyboard, because an input method may swallow or change what they mean; for
 * the same reason nobody asks here whether something is being composed.
 */

/** What a key press tells; `at` is in milliseconds. */
export interface Stroke {
  code: string
  shift: boolean
  /** Ctrl, Alt or Meta is held. */
  held: boolean
  /** The key repeats by itself because it is held down. */
  repeat: boolean
  at: number
}

/** What has come in one go so far. */
export interface Burst {
  text: string
  began: number
  last: number
}

/** Nothing has come. */
export const silence: Burst = { text: '', began: 0, last: 0 }

/** The longest pause between two keys of a scanner, in milliseconds. */
const longestGap = 100
/** Fewer characters are not a scan. */
const fewest = 3
/** More are not one either: somebody leans on the keyboard. */
const most = 128
/** Where the cursor stands: nowhere, in the one box, or in a field for other things. */
export type Place = 'nowhere' | 'box' | 'field'

/**
 * How fast a scan must be on average, and how long at least. Where somebody may
 * be typing, only what hardly any hand can type is taken for one; a slower
 * scanner's code then simply stands in the box and is entered like a typed one.
 */
const paces: Record<Place, { gap: number; fewest: number }> = {
  nowhere: { gap: longestGap, fewest },
  box: { gap: 50, fewest },
  field: { gap: 40, fewest: 6 },
}

const plainSigns: Record<string, string> = {
  Minus: '-', Equal: '=', Period: '.', Comma: ',', Slash: '/', Backslash: '\\', Semicolon: ';', Quote: "'",
  BracketLeft: '[', BracketRight: ']', Backquote: '`', Space: ' ',
  NumpadAdd: '+', NumpadSubtract: '-', NumpadMultiply: '*', NumpadDivide: '/', NumpadDecimal: '.',
}
const shiftedSigns: Record<string, string> = {
  Minus: '_', Equal: '+', Period: '>', Comma: '<', Slash: '?', Backslash: '|', Semicolon: ':', Quote: '"',
  BracketLeft: '{', BracketRight: '}', Backquote: '~',
}
const shiftedDigits = ')!@#$%^&*('

/** The character of a key on the layout that scanners are delivered with; '' for a key without one. */
export function characterOf(code: string, shift: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return shift ? letter : letter.toLowerCase()
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  if (digit) return shift ? (shiftedDigits[Number(digit)] ?? '') : digit
  const pad = /^Numpad(\d)$/.exec(code)?.[1]
  if (pad) return pad
  return (shift ? shiftedSigns[code] : undefined) ?? plainSigns[code] ?? ''
}

const ends = new Set(['Enter', 'NumpadEnter', 'Tab'])
const silentKeys = /^(Shift|CapsLock|NumLock)/

/** Takes one key. `scanned` is there when it ended a scan. */
export function hear(before: Burst, stroke: Stroke, place: Place = 'nowhere'): { burst: Burst; scanned?: string } {
  if (silentKeys.test(stroke.code)) return { burst: before }
  const inTime = before.text !== '' && stroke.at - before.last <= longestGap
  if (ends.has(stroke.code)) {
    return inTime && isScan(before, paces[place]) ? { burst: silence, scanned: before.text } : { burst: silence }
  }
  const character = stroke.held || stroke.repeat ? '' : characterOf(stroke.code, stroke.shift)
  if (character === '') return { burst: silence }
  if (!inTime || before.text.length >= most) return { burst: { text: character, began: stroke.at, last: stroke.at } }
  return { burst: { text: before.text + character, began: before.began, last: stroke.at } }
}

/** Whether a burst is under way, so that its next key is no command. */
export function isUnderWay(burst: Burst, at: number): boolean {
  return burst.text.length >= fewest && at - burst.last <= paces.field.gap
}

function isScan(burst: Burst, pace: { gap: number; fewest: number }): boolean {
  const gaps = Math.max(burst.text.length - 1, 1)
  return burst.text.length >= pace.fewest && (burst.last - burst.began) / gaps <= pace.gap
}
