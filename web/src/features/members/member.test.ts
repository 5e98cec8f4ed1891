import { describe, expect, it } from 'vitest'
import { calledBy, readBirthday, writeBirthday } from './member'

describe('a birthday', () => {
  it.each(['1990-05-16', '--05-16', '2001-04L-15', '--04L-15'])('%s is read and written alike', (value) => {
    expect(writeBirthday(readBirthday(value))).toBe(value)
  })
  it('is none while a part is missing', () => {
    expect(writeBirthday({ year: '1990', month: '05', day: '', leap: false })).toBeUndefined()
    expect(readBirthday('')).toEqual({ year: '', month: '', day: '', leap: false })
    expect(readBirthday('16.5.1990').month).toBe('')
  })
})

describe('a member', () => {
  it('is called by name, else by phone, else by number', () => {
    expect(calledBy({ name: '张*', phone: '138****5678', member_no: '6001' })).toBe('张*')
    expect(calledBy({ name: '', phone: '138****5678', member_no: '6001' })).toBe('138****5678')
    expect(calledBy({ name: '', phone: '', member_no: '6001' })).toBe('6001')
  })
})
