// What every spec imports instead of @playwright/test: the same `test` and
// `expect`, with a running Huiji.
import { type Page, test as base } from '@playwright/test'
import { Huiji, owner } from './process'

export { expect, type Page } from '@playwright/test'
export { type Huiji, owner } from './process'

type Each = {
  /** What went wrong in the page, asked or not: a test fails when it is not empty at the end. */
  pageErrors: string[]
  /** An installation of this test alone, set up by nobody, with its server running. */
  fresh: Huiji
}

type Shared = {
  /** An installation with merchant, store and owner, shared by the specs of one worker. */
  huiji: Huiji
}

/** Playwright's test, with `huiji` (set up and running) and `fresh` (the first start). */
export const test = base.extend<Each, Shared>({
  huiji: [
    async ({}, use) => {
      const huiji = await Huiji.create()
      try {
        await huiji.init()
        await huiji.serve()
        await use(huiji)
      } finally {
        await huiji.remove()
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  fresh: async ({}, use) => {
    const huiji = await Huiji.create()
    try {
      await huiji.serve()
      await use(huiji)
    } finally {
      await huiji.remove()
    }
  },

  pageErrors: [
    async ({ page }, use) => {
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error' && !expectedByBrowser(message.text())) errors.push(message.text())
      })
      await use(errors)
      base.expect(errors, 'errors in the page').toEqual([])
    },
    { auto: true },
  ],
})

// Chromium itself reports every answer of 400 and above as an error, even those
// the page expects and shows.
function expectedByBrowser(text: string): boolean {
  return text.startsWith('Failed to load resource: the server responded with a status of')
}

/** Calls the API as the owner, or with the token given; throws on an answer that is not 2xx. */
export async function api<T>(huiji: Huiji, method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = { authorization: `Bearer ${token ?? (await ownerToken(huiji))}` }
  if (method === 'POST') headers['idempotency-key'] = crypto.randomUUID()
  if (body !== undefined) headers['content-type'] = 'application/json'
  const answer = await fetch(`${huiji.url}/api/v1${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

const tokens = new WeakMap<Huiji, string>()

async function ownerToken(huiji: Huiji): Promise<string> {
  const known = tokens.get(huiji)
  if (known) return known
  const answer = await fetch(`${huiji.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(owner),
  })
  if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`)
  const { token } = (await answer.json()) as { token: string }
  tokens.set(huiji, token)
  return token
}

/** No part of the page is wider than the window: nothing scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const)
  base.expect(content, 'width of the page').toBeLessThanOrEqual(window)
}
