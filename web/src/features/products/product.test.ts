import { describe, expect, it } from 'vitest'
import type { Product } from '@/shared/api/types'
import { changeBody, createBody, parseRate, rateFigure, readBarcodes } from './product'

describe('a tax rate', () => {
  it.each([
    ['13', 1300],
    ['13%', 1300],
    [' 6.5 ％', 650],
    ['0', 0],
    ['0.05', 5],
    ['100', 10_000],
    ['100.01', null],
    ['101', null],
    ['1.234', null],
    ['-3', null],
    ['abc', null],
    ['', null],
  ])('%s is %s basis points', (typed, value) => {
    expect(parseRate(typed)).toBe(value)
  })
  it('is shown as it is typed', () => {
    expect([1300, 650, 5, 0].map(rateFigure)).toEqual(['13', '6.5', '0.05', '0'])
  })
})

describe('a product', () => {
  const product: Product = {
    id: 'prd_1',
    sku: 'K1',
    name: '杯',
    price: 3000,
    category: '周边',
    brand: '',
    kind: 'goods',
    barcodes: ['6901'],
    tax_rate: 1300,
    earns_points: true,
    status: 'active',
    created_at: '',
  }
  it('is sent without what was left empty', () => {
    expect(createBody({ sku: ' K1 ', name: '杯', price: 0, kind: 'goods', earns_points: true, category: ' ', barcodes: [] })).toEqual({
      sku: 'K1',
      name: '杯',
      price: 0,
      kind: 'goods',
      earns_points: true,
    })
  })
  it('sends nothing when nothing changed', () => {
    expect(changeBody(product, { ...product })).toEqual({})
  })
  it('sends what changed, and null for what was emptied', () => {
    expect(changeBody(product, { ...product, price: 2800, category: '', barcodes: [], tax_rate: undefined, brand: '山里' })).toEqual({
      price: 2800,
      category: null,
      barcodes: null,
      tax_rate: 0,
      brand: '山里',
    })
  })
})

it('barcodes are pasted in any form', () => {
  expect(readBarcodes(['6901234567892, 6901234567893', '6901234567892\n690', ' '])).toEqual(['6901234567892', '6901234567893', '690'])
})
