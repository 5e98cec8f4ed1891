import { describe, expect, it } from 'vitest'
import { say, setLanguage, type Said, type Text } from './text'

const modules = import.meta.glob<Record<string, unknown>>(['/src/**/text.ts', '/src/**/words.ts'], { eager: true })

function isText(value: unknown): value is Text<string> {
  return typeof value === 'object' && value !== null && 'said' in value && 'name' in value
}

const texts = Object.entries(modules).flatMap(([file, exports]) =>
  Object.values(exports).filter(isText).map((text) => ({ file, text })),
)

const places = (sentence: string) => [...sentence.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1]).toSorted()

describe('the sentences', () => {
  it('are found', () => {
    expect(texts.length).toBeGreaterThan(2)
  })
  it('have one name each', () => {
    const names = texts.map(({ text }) => text.name)
    expect(new Set(names).size).toBe(names.length)
  })
  it.each(texts)('of $file say the same in both languages', ({ text }) => {
    for (const [key, said] of Object.entries<Said>(text.said)) {
      const [zh, en, many] = said
      const chinese = /\p{Script=Han}/u
      expect(zh.trim(), `${key} in Chinese`).not.toBe('')
      expect(en.trim(), `${key} in English`).not.toBe('')
      expect(places(en), `${key}: the same places`).toEqual(places(zh))
      expect(chinese.test(en), `${key}: no Chinese in the English`).toBe(false)
      if (many !== undefined) {
        expect(places(many), `${key}: the same places in the plural`).toEqual(places(zh))
        expect(places(zh), `${key}: a plural has a count`).toContain('count')
      }
    }
  })
})

describe('saying', () => {
  it('follows the language and the count', async () => {
    const { words } = await import('./words')
    globalThis.localStorage ??= { setItem: () => undefined, getItem: () => null } as unknown as Storage
    globalThis.document ??= { documentElement: {} } as unknown as Document
    setLanguage('zh')
    expect(say(words, 'shown', { count: 1 })).toBe('已显示 1 条')
    setLanguage('en')
    expect(say(words, 'shown', { count: 1 })).toBe('1 shown')
    setLanguage('zh')
  })
})
