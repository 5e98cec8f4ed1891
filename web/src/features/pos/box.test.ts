import { describe, expect, it } from 'vitest'
import { isNamed, phoneIn, readBox, wordsIn } from './box'

describe('the one box, typed', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['13812345678', { kind: 'phone', phone: '13812345678' }],
    ['138 1234 5678', { kind: 'phone', phone: '13812345678' }],
    ['138-1234-5678', { kind: 'phone', phone: '13812345678' }],
    ['+8613812345678', { kind: 'phone', phone: '13812345678' }],
    ['１３８１２３４５６７８', { kind: 'phone', phone: '13812345678' }],
    ['5678', { kind: 'tail', digits: '5678' }],
    ['6901234567892', { kind: 'code', code: '6901234567892', quantity: 1 }],
    ['69012341', { kind: 'code', code: '69012341', quantity: 1 }],
    ['3*6901234567892', { kind: 'code', code: '6901234567892', quantity: 3 }],
    ['3×nt', { kind: 'search', words: 'nt', quantity: 3 }],
    ['2＊拿铁', { kind: 'search', words: '拿铁', quantity: 2 }],
    ['5*', { kind: 'quantity', quantity: 5 }],
    ['0*', { kind: 'quantity', quantity: 1 }],
    ['2*5678', { kind: 'search', words: '5678', quantity: 2 }],
    ['拿铁', { kind: 'search', words: '拿铁', quantity: 1 }],
    ['123', { kind: 'search', words: '123', quantity: 1 }],
    ['23812345678', { kind: 'search', words: '23812345678', quantity: 1 }],
    ['K-104', { kind: 'search', words: 'K-104', quantity: 1 }],
  ])('%s', (text, meant) => {
    expect(readBox(text, 'typed')).toEqual(meant)
  })
})

describe('the one box, scanned', () => {
  it.each([
    ['6901234567892', { kind: 'code', code: '6901234567892', quantity: 1 }],
    ['K-104', { kind: 'code', code: 'K-104', quantity: 1 }],
    ['1234', { kind: 'code', code: '1234', quantity: 1 }],
    ['3*A', { kind: 'code', code: '3*A', quantity: 1 }],
    ['13812345678', { kind: 'phone', phone: '13812345678' }],
  ])('%s', (text, meant) => {
    expect(readBox(text, 'scanned')).toEqual(meant)
  })
})

it('searches while one types, but not for members', () => {
  expect(wordsIn('2*拿铁')).toBe('拿铁')
  expect(wordsIn('6901234567892')).toBe('6901234567892')
  expect(wordsIn('5678')).toBe('')
  expect(wordsIn('13812345678')).toBe('')
})

it('knows a phone number from other figures', () => {
  expect(phoneIn('021-62880000')).toBe('')
  expect(phoneIn('8613812345678')).toBe('13812345678')
  expect(phoneIn('1381234567')).toBe('')
})

it('finds a product by exactly its code', () => {
  const product = { sku: 'Kf-100', barcodes: ['012345678905', '6901234567892'] }
  expect(isNamed(product, 'KF-100')).toBe(true)
  expect(isNamed(product, '6901234567892')).toBe(true)
  expect(isNamed(product, '0012345678905')).toBe(true)
  expect(isNamed(product, '12345678905')).toBe(false)
  expect(isNamed(product, 'KF-10')).toBe(false)
})
