import { describe, expect, it } from 'vitest'
import { characterOf, hear, isUnderWay, silence, type Burst, type Place } from './scanner'

/** Presses keys with a pause between them and gives what was scanned. */
function press(codes: readonly string[], gap: number, options: { place?: Place; repeat?: boolean } = {}) {
  let burst: Burst = silence
  let scanned: string | undefined
  codes.forEach((code, i) => {
    const shift = code.startsWith('^')
    const heard = hear(
      burst,
      { code: shift ? code.slice(1) : code, shift, held: false, repeat: options.repeat ?? false, at: 1000 + i * gap },
      options.place,
    )
    burst = heard.burst
    scanned = heard.scanned ?? scanned
  })
  return scanned
}

const digits = (text: string) => [...text].map((c) => 'Digit' + c)

describe('a scanner', () => {
  it('is heard by its pace and its end', () => {
    expect(press([...digits('6901234567892'), 'Enter'], 12)).toBe('6901234567892')
    expect(press([...digits('6901234567892'), 'Tab'], 100)).toBe('6901234567892')
    expect(press(['Numpad1', 'Numpad2', 'Numpad3', 'NumpadEnter'], 30)).toBe('123')
  })
  it('types capitals with Shift', () => {
    expect(press(['ShiftLeft', '^KeyA', 'KeyB', 'Minus', '^Minus', 'Digit1', 'Enter'], 10)).toBe('Ab-_1')
  })
  it('is not a hand', () => {
    expect(press([...digits('690123'), 'Enter'], 140)).toBeUndefined()
    expect(press([...digits('69'), 'Enter'], 10)).toBeUndefined()
    expect(press(digits('6901234'), 10)).toBeUndefined()
  })
  it('is not a key that is held down', () => {
    expect(press([...digits('1111111'), 'Enter'], 30, { repeat: true })).toBeUndefined()
  })
  it('begins anew after a pause', () => {
    let burst = hear(silence, { code: 'Digit9', shift: false, held: false, repeat: false, at: 0 }).burst
    for (const [i, c] of [...'1234'].entries()) {
      burst = hear(burst, { code: 'Digit' + c, shift: false, held: false, repeat: false, at: 500 + i * 10 }).burst
    }
    expect(burst.text).toBe('1234')
  })
  it('is ended by a command', () => {
    const burst = hear({ text: '123', began: 0, last: 20 }, { code: 'KeyP', shift: false, held: true, repeat: false, at: 30 }).burst
    expect(burst).toEqual(silence)
  })
  it('must be faster inside a field for other things', () => {
    expect(press([...digits('123456'), 'Enter'], 20, { place: 'field' })).toBe('123456')
    expect(press([...digits('123456'), 'Enter'], 80, { place: 'field' })).toBeUndefined()
    expect(press([...digits('1234'), 'Enter'], 10, { place: 'field' })).toBeUndefined()
  })
  it('is not a quick hand in the one box', () => {
    expect(press(['KeyN', 'KeyT', 'KeyK', 'Enter'], 80, { place: 'box' })).toBeUndefined()
    expect(press([...digits('690123'), 'Enter'], 15, { place: 'box' })).toBe('690123')
  })
  it('is under way while its keys come', () => {
    expect(isUnderWay({ text: '690', began: 0, last: 30 }, 45)).toBe(true)
    expect(isUnderWay({ text: '690', began: 0, last: 30 }, 400)).toBe(false)
    expect(isUnderWay({ text: '6', began: 0, last: 0 }, 10)).toBe(false)
  })
})

it('reads keys by their place', () => {
  expect(['KeyQ', 'Digit8', 'Numpad7', 'Slash', 'F4'].map((code) => characterOf(code, false))).toEqual(['q', '8', '7', '/', ''])
  expect(['KeyQ', 'Digit8', 'Slash'].map((code) => characterOf(code, true))).toEqual(['Q', '*', '?'])
})
