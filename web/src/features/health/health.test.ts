import { describe, expect, it } from 'vitest'
import { chosen, lateAfter, replayAll, spell, stateOf } from './health'

describe('how the work in the background is', () => {
  it('is well while nothing failed and nothing waits long', () => {
    expect(stateOf({ dead: 0, due_for: 0 })).toBe('well')
    expect(stateOf({ dead: 0, due_for: lateAfter - 1 })).toBe('well')
    expect(stateOf({ dead: 0, due_for: lateAfter })).toBe('late')
  })
  it('says first what failed', () => {
    expect(stateOf({ dead: 1, due_for: lateAfter })).toBe('failed')
  })
  it('spells a wait in its largest whole unit', () => {
    expect([0, 59, 60, 3599, 3600, 86_399, 86_400, 200_000].map((seconds) => Object.values(spell(seconds)).join(' '))).toEqual([
      'seconds 0',
      'seconds 59',
      'minutes 1',
      'minutes 59',
      'hours 1',
      'hours 23',
      'days 1',
      'days 2',
    ])
  })
})

describe('trying again', () => {
  const kinds = [
    { kind: 'a', dead: 2 },
    { kind: 'b', dead: 3 },
  ]
  it('means all, or the kind that is looked at', () => {
    expect(chosen({ kinds }, '')).toEqual({ kinds: ['a', 'b'], count: 5 })
    expect(chosen({ kinds }, 'b')).toEqual({ kinds: ['b'], count: 3 })
    expect(chosen({ kinds }, 'c')).toEqual({ kinds: [], count: 0 })
    expect(chosen(undefined, '')).toEqual({ kinds: [], count: 0 })
  })
  it('goes on while some are left, with a key for every request', async () => {
    const left: Record<string, number> = { a: 25, b: 3 }
    const asked: string[] = []
    const replayed = await replayAll(['a', 'b', 'c'], 'k', async (kind, key) => {
      asked.push(key)
      const n = Math.min(left[kind] ?? 0, 10)
      left[kind] = (left[kind] ?? 0) - n
      return { replayed: n, left: left[kind] }
    })
    expect(replayed).toBe(28)
    expect(asked).toEqual(['k-a-0', 'k-a-1', 'k-a-2', 'k-b-0', 'k-c-0'])
  })
  it('ends where nothing moves any more', async () => {
    expect(await replayAll(['a'], 'k', async () => ({ replayed: 0, left: 7 }))).toBe(0)
  })
  it('stops where the server refuses', async () => {
    await expect(replayAll(['a', 'b'], 'k', async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
