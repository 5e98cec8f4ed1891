import { describe, expect, it } from 'vitest'
import { editBody } from './EditDrawer'
import { enrolBody } from './EnrolDrawer'

describe('enrolling', () => {
  it('sends only what was filled in', () => {
    expect(enrolBody({ phone: '13800138000', name: '', gender: undefined, birthday_calendar: 'solar', fields: { shoe: '', size: 0 } })).toEqual({
      phone: '13800138000',
      fields: { size: 0 },
    })
  })
  it('says through which channel was agreed', () => {
    expect(enrolBody({ phone: '1', consents: ['service'] }).consents).toEqual([{ purpose: 'service', granted: true, channel: 'console' }])
  })
  it('keeps the calendar with the birthday', () => {
    expect(enrolBody({ phone: '1', birthday: '--05-16', birthday_calendar: 'lunar' })).toEqual({
      phone: '1',
      birthday: '--05-16',
      birthday_calendar: 'lunar',
    })
  })
})

describe('editing', () => {
  const before = { gender: 'male' as const, birthday: '1990-05-16', birthday_calendar: 'solar' as const, tags: ['a'], fields: { shoe: '42' } }
  it('sends nothing when nothing changed', () => {
    expect(editBody(before, { ...before, name: '', phone: ' ' })).toEqual({})
  })
  it('sends what changed, and null for what was taken away', () => {
    expect(editBody(before, { ...before, gender: undefined, tags: ['a', 'b'], name: '李四', fields: { shoe: undefined } })).toEqual({
      gender: null,
      tags: ['a', 'b'],
      name: '李四',
      fields: { shoe: null },
    })
  })
  it('sends birthday and calendar together', () => {
    expect(editBody(before, { ...before, birthday_calendar: 'lunar' })).toEqual({ birthday: '1990-05-16', birthday_calendar: 'lunar' })
    expect(editBody(before, { ...before, birthday: undefined })).toEqual({ birthday: null })
  })
})
