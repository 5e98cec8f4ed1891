import { describe, expect, it } from 'vitest'
import { changeBody, createBody } from './store'

const store = { id: 'sto_1', code: 'S01', name: '一店', timezone: 'Asia/Shanghai', address: '路 1 号', phone: '', status: 'open' as const }

describe('a store', () => {
  it('is sent without what was left empty', () => {
    expect(createBody({ code: ' S02 ', name: '二店', address: '', timezone: 'Asia/Tokyo' })).toEqual({ code: 'S02', name: '二店', timezone: 'Asia/Tokyo' })
  })
  it('sends only what changed, and null for what was emptied', () => {
    expect(changeBody(store, { ...store })).toEqual({})
    expect(changeBody(store, { ...store, name: '旗舰店', address: '', phone: '021-1' })).toEqual({ name: '旗舰店', address: null, phone: '021-1' })
  })
  it('never empties what a store cannot be without', () => {
    expect(changeBody(store, { ...store, code: ' ', timezone: undefined })).toEqual({})
  })
})
