import { describe, expect, it } from 'vitest'
import { placeOf } from './FormDrawer'

describe('the place of a complaint', () => {
  const fields = [['name'], ['barcodes'], ['categories'], ['categories', 0, 'category'], ['validity', 'n']]
  it('is the field that it names', () => {
    expect(placeOf(fields, 'body.name')).toEqual(['name'])
    expect(placeOf(fields, 'body.validity.n')).toEqual(['validity', 'n'])
    expect(placeOf(fields, 'body.categories[0].category')).toEqual(['categories', 0, 'category'])
  })
  it('is the whole field where one part of its value is wrong', () => {
    expect(placeOf(fields, 'body.barcodes[2]')).toEqual(['barcodes'])
  })
  it('is none for a list of rows, for what the form does not ask, and for the whole body', () => {
    expect(placeOf(fields, 'body.categories')).toBeUndefined()
    expect(placeOf(fields, 'body.categories[0].points')).toBeUndefined()
    expect(placeOf(fields, 'body.sku')).toBeUndefined()
    expect(placeOf(fields, 'body')).toBeUndefined()
  })
})
