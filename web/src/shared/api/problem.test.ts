import { describe, expect, it } from 'vitest'
import { address } from './client'
import { Problem, asProblem, fieldPath, readProblem } from './problem'

const read = (body: unknown, status = 422, headers: Record<string, string> = {}) =>
  readProblem(status, new Headers(headers), typeof body === 'string' ? body : JSON.stringify(body))

describe('a problem', () => {
  it('carries code, sentence, fields and further facts', () => {
    const problem = read(
      {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail: '积分不足',
        code: 'points.insufficient',
        available: 30,
        errors: [{ location: 'body.amount', message: '最多 30', value: 50 }],
      },
      409,
      { 'X-Request-Id': 'r1' },
    )
    expect(problem).toBeInstanceOf(Problem)
    expect(problem.message).toBe('积分不足')
    expect(problem.code).toBe('points.insufficient')
    expect(problem.facts).toEqual({ available: 30 })
    expect(problem.fields).toEqual([{ location: 'body.amount', message: '最多 30', value: 50 }])
    expect(problem.requestId).toBe('r1')
  })
  it('says how long to wait', () => {
    expect(read({ detail: '太多次' }, 429, { 'Retry-After': '12' }).retryAfter).toBe(12)
    expect(read({}, 503, { 'Retry-After': 'soon' }).retryAfter).toBe(0)
  })
  it('comes out of anything', () => {
    expect(read('<html>Bad gateway</html>', 502).message).not.toBe('')
    expect(read('null', 500).code).toBe('')
    expect(read([1, 2], 500).fields).toEqual([])
    expect(read({ errors: [null, { location: 'x' }, { message: '须填写' }] }).fields).toEqual([
      { location: '', message: '须填写', value: undefined },
    ])
  })
  it('comes out of whatever was thrown', () => {
    const own = new Problem({ status: 404 })
    expect(asProblem(own)).toBe(own)
    expect(asProblem(new TypeError('fetch failed')).status).toBe(0)
    expect(asProblem('nonsense').status).toBe(500)
  })
})

describe('the place of a field', () => {
  it.each<[string, (string | number)[]]>([
    ['body.phone', ['phone']],
    ['body.lines[2].quantity', ['lines', 2, 'quantity']],
    ['body.store.code', ['store', 'code']],
    ['body', []],
    ['body[0].sku', [0, 'sku']],
  ])('%s', (location, path) => {
    expect(fieldPath(location)).toEqual(path)
  })
})

describe('an address', () => {
  it('fills its places and leaves out what is empty', () => {
    expect(address('/members/{id}/entries', { id: 'mem_1/2' }, { asset: 'points', cursor: null, q: '', limit: 50 })).toBe(
      '/api/v1/members/mem_1%2F2/entries?asset=points&limit=50',
    )
  })
  it('is never sent with a hole', () => {
    expect(() => address('/members/{id}', {})).toThrow('id')
  })
})
