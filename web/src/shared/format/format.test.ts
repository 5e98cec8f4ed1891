import { describe, expect, it } from 'vitest'
import {
  addDays,
  basisPoints,
  currencySign,
  instant,
  integer,
  lastDay,
  money,
  moneyFigure,
  moneyShort,
  parseMoney,
  percent,
  points,
  signed,
  today,
} from './format'

describe('money', () => {
  it('is written with sign, thousands and the digits of its currency', () => {
    expect(money(123450, 'CNY')).toBe('¥1,234.50')
    expect(money(0, 'CNY')).toBe('¥0.00')
    expect(money(7, 'GBP')).toBe('£0.07')
    expect(money(1234, 'JPY')).toBe('¥1,234')
    expect(money(1234567, 'KWD')).toBe('KWD1,234.567')
  })
  it('has a true minus sign in front of everything', () => {
    expect(money(-990, 'CNY')).toBe('−¥9.90')
  })
  it('is short on an axis, in the manner of the language', () => {
    expect(moneyShort(1230000, 'CNY', 'zh')).toBe('¥1.2万')
    expect(moneyShort(1230000, 'CNY', 'en')).toBe('¥12.3k')
  })
  it('is exact up to the largest amounts', () => {
    expect(money(900719925474099, 'CNY')).toBe('¥9,007,199,254,740.99')
  })
  it('knows the sign of the currency', () => {
    expect([currencySign('CNY'), currencySign('GBP'), currencySign('USD')]).toEqual(['¥', '£', '$'])
  })
})

describe('typed money', () => {
  it.each([
    ['12.5', 1250],
    ['12', 1200],
    ['.5', 50],
    ['1,234.56', 123456],
    ['−3.20', -320],
    ['0.29', 29],
  ])('%s is %i', (typed, amount) => {
    expect(parseMoney(typed, 'CNY')).toBe(amount)
  })
  it.each(['', '.', 'abc', '1.234', '12.3.4', '1e5'])('%s is no money', (typed) => {
    expect(parseMoney(typed, 'CNY')).toBeNull()
  })
  it('has no decimals where the currency has none', () => {
    expect(parseMoney('120', 'JPY')).toBe(120)
    expect(parseMoney('120.5', 'JPY')).toBeNull()
  })
  it('goes back into the field as it was', () => {
    for (const amount of [0, 1, 29, 100, 123456, -320]) expect(parseMoney(moneyFigure(amount, 'CNY'), 'CNY')).toBe(amount)
  })
})

describe('numbers', () => {
  it('are grouped, and signed where a change is meant', () => {
    expect(integer(1234567)).toBe('1,234,567')
    expect(integer(-5)).toBe('−5')
    expect([signed(120), signed(-120), signed(0)]).toEqual(['+120', '−120', '0'])
    expect([points(1234, 'zh'), points(1234, 'en')]).toEqual(['1,234 分', '1,234 pts'])
  })
  it('are ratios', () => {
    expect([percent(0.256), percent(-0.1), percent(-0.0001), percent(1)]).toEqual(['25.6%', '−10%', '0%', '100%'])
    expect(basisPoints(1300)).toBe('13%')
  })
})

describe('time', () => {
  it('is shown in the zone of the merchant, not of the device', () => {
    expect(instant('2026-01-31T23:30:00Z', 'Asia/Shanghai')).toBe('2026-02-01 07:30')
    expect(instant('2026-01-31T23:30:00Z', 'America/New_York', 'day')).toBe('2026-01-31')
    expect(instant('2026-07-01T00:00:05+08:00', 'Asia/Shanghai', 'second')).toBe('2026-07-01 00:00:05')
    expect(instant('2026-07-01T00:00:05+08:00', 'Asia/Shanghai', 'time')).toBe('00:00')
  })
  it('is empty where there is none', () => {
    expect(['', null, undefined, 'soon'].map((at) => instant(at, 'Asia/Shanghai'))).toEqual(['', '', '', ''])
  })
  it('ends with the day before a midnight', () => {
    expect(lastDay('2026-02-01T00:00:00+08:00', 'Asia/Shanghai')).toBe('2026-01-31')
    expect(lastDay('2026-01-31T23:59:59+08:00', 'Asia/Shanghai')).toBe('2026-01-31')
    expect([lastDay('', 'Asia/Shanghai'), lastDay(null, 'Asia/Shanghai')]).toEqual(['', ''])
  })
  it('has days that can be counted', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29')
    expect(today('Asia/Shanghai', new Date('2026-01-01T16:00:00Z'))).toBe('2026-01-02')
  })
})
