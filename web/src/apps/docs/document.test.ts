import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { prepared, type Document } from './document'

const real = JSON.parse(readFileSync(join(import.meta.dirname, '../../../openapi.json'), 'utf8')) as Document
const before = structuredClone(real)
let keys = 0
const ready = prepared(real, 'https://shop.test', () => `key-${++keys}`)

it('sends to the server that the page came from', () => {
  expect(ready.servers).toEqual([{ url: 'https://shop.test' }])
  expect(Object.keys(ready.paths)).toEqual(Object.keys(real.paths))
})

it('fills in an Idempotency-Key of its own for every operation that wants one', () => {
  const filled = Object.values(ready.paths).flatMap((item) =>
    Object.values(item).flatMap((one) => (one.parameters ?? []).filter((p) => p.name === 'Idempotency-Key').map((p) => p.example)),
  )
  expect(filled.length).toBeGreaterThan(5)
  expect(new Set(filled).size).toBe(filled.length)
})

it('offers the key alone as a way to sign in, and says what permission is needed', () => {
  expect(Object.keys(ready.components?.securitySchemes ?? {})).toEqual(['bearer'])
  const sell = ready.paths['/api/v1/orders']?.post
  expect(sell?.security).toEqual([{ bearer: ['order.sell'] }])
  expect(sell?.description).toBe('Permission: `order.sell`')
  expect(ready.paths['/api/v1/auth/login']?.post?.description).toBeUndefined()
})

it('leaves the document as it was', () => {
  expect(real).toEqual(before)
})
