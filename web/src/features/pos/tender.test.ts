import { describe, expect, it } from 'vitest'
import { leftOf, mostChange, offer, partOf, quickAmounts, typed } from './tender'

describe('an offer', () => {
  it('pays exactly when nothing is typed', () => {
    expect(offer('cash', null, 6680)).toEqual({ applied: 6680, change: 0, left: 0 })
    expect(offer('card', null, 6680)).toEqual({ applied: 6680, change: 0, left: 0 })
  })
  it('gives change for cash', () => {
    expect(offer('cash', 10000, 6680)).toEqual({ applied: 6680, change: 3320, left: 0, tendered: 10000 })
  })
  it('may be a part', () => {
    expect(offer('cash', 5000, 6680)).toEqual({ applied: 5000, change: 0, left: 1680, tendered: 5000 })
    expect(offer('other', 1000, 6680)).toEqual({ applied: 1000, change: 0, left: 5680 })
  })
  it('is refused where it makes no sense', () => {
    expect(offer('card', 6681, 6680)).toEqual({ fault: 'tooMuch' })
    expect(offer('cash', 6680 + mostChange, 6680)).toEqual({ applied: 6680, change: mostChange, left: 0, tendered: 6680 + mostChange })
    expect(offer('cash', 6681 + mostChange, 6680)).toEqual({ fault: 'tooMuchCash' })
    expect(offer('cash', 0, 6680)).toEqual({ fault: 'none' })
    expect(offer('cash', null, 0)).toEqual({ fault: 'none' })
    expect(offer('cash', 100, 6680, 9)).toEqual({ fault: 'tooMany' })
    expect(offer('cash', null, 6680, 9)).toEqual({ applied: 6680, change: 0, left: 0 })
  })
})

it('becomes a part that says what was handed over, if somebody said', () => {
  const part = (method: 'cash' | 'card', given: number | null) => {
    const made = offer(method, given, 6680)
    return 'fault' in made ? made : partOf(method, made)
  }
  expect(part('cash', 10000)).toStrictEqual({ method: 'cash', amount: 6680, tendered: 10000 })
  expect(part('cash', 6680)).toStrictEqual({ method: 'cash', amount: 6680, tendered: 6680 })
  expect(part('cash', null)).toStrictEqual({ method: 'cash', amount: 6680 })
  expect(part('card', 6680)).toStrictEqual({ method: 'card', amount: 6680 })
})

it('knows what is left', () => {
  expect(leftOf(6680, [{ method: 'cash', amount: 5000 }, { method: 'card', amount: 680 }])).toBe(1000)
  expect(leftOf(6680, [])).toBe(6680)
})

describe('quick amounts', () => {
  it.each([
    [6680, [7000, 8000, 10000]],
    [350, [500, 1000, 2000, 5000]],
    [10000, [20000]],
    [16800, [17000, 18000, 20000]],
    [1, [500, 1000, 2000, 5000]],
  ])('above %i', (left, amounts) => {
    expect(quickAmounts(left, 2)).toEqual(amounts)
  })
  it('suit a currency without decimals', () => {
    expect(quickAmounts(1280, 0)).toEqual([1300, 1500, 2000, 5000])
  })
  it('are none when nothing is left', () => {
    expect(quickAmounts(0, 2)).toEqual([])
  })
  it('are above what is left, each once, rising', () => {
    for (let left = 1; left < 40_000; left += 137) {
      const all = quickAmounts(left, 2)
      expect(all.length).toBeGreaterThan(0)
      expect(all.every((amount, i) => amount > (all[i - 1] ?? left))).toBe(true)
    }
  })
})

describe('the number pad', () => {
  const press = (keys: string[], digits = 2) => keys.reduce((before, key) => typed(before, key, digits), '')
  it('writes amounts', () => {
    expect(press(['1', '2', '.', '5', '0', '9'])).toBe('12.50')
    expect(press(['.', '5'])).toBe('0.5')
    expect(press(['0', '7'])).toBe('7')
    expect(press(['1', '.', '.', '2'])).toBe('1.2')
    expect(press(['1', '00'])).toBe('100')
    expect(press(['1', '2', 'back'])).toBe('1')
    expect(press(['1', '2', 'clear'])).toBe('')
  })
  it('has no decimals where there are none, and an end', () => {
    expect(press(['1', '.', '5'], 0)).toBe('15')
    expect(press('123456789'.split(''))).toBe('12345678')
  })
})
