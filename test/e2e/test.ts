// What every spec imports instead of @playwright/test: the same `test` and
// `expect`, with a running Huiji.
import { type Cookie, type Page, test as base } from '@playwright/test'
import { Huiji, owner } from './process'

export { type Browser, expect, type Locator, type Page } from '@playwright/test'
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
  /** One that has been in business for 90 days: demo data. Specs look at it and sell a little. */
  busy: Huiji
}

/** Playwright's test, with `huiji` (set up and running), `busy` (with demo data) and `fresh` (the first start). */
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
    { scope: 'worker', timeout: 240_000 },
  ],

  busy: [
    async ({}, use) => {
      const huiji = await Huiji.create()
      try {
        await huiji.init()
        await huiji.command('demo', 'load')
        await huiji.serve()
        await use(huiji)
      } finally {
        await huiji.remove()
      }
    },
    { scope: 'worker', timeout: 600_000 },
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

const cookies = new WeakMap<Huiji, Cookie[]>()

/** Signs the owner in without the sign-in page, so that a spec begins where its work is. */
export async function signIn(page: Page, huiji: Huiji): Promise<void> {
  const known = cookies.get(huiji)
  if (known) return page.context().addCookies(known)
  const answer = await page.request.post(`${huiji.url}/api/v1/auth/login`, { data: owner })
  base.expect(answer.status(), 'sign in').toBe(200)
  cookies.set(huiji, await page.context().cookies())
}

/** The till takes nothing that comes within a quarter of a second of the step before. */
export async function nobodyIsThatQuick(page: Page): Promise<void> {
  await page.waitForTimeout(350)
}

/**
 * Nothing scrolls sideways and nothing is cut off at the window's edge. A strip
 * of buttons or links alone may scroll within itself, as on a phone.
 */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  base.expect(await sidewaysScroll(page), 'wider than their place').toEqual([])
}

/** What is wider than its place, described for people; none when all is well. */
export function sidewaysScroll(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const name = (e: Element) => `${e.tagName.toLowerCase()}.${String(e.getAttribute('class') ?? '').split(' ')[0]} “${(e.textContent ?? '').trim().slice(0, 24)}”`
    const isStrip = (e: Element) => e.childElementCount > 0 && [...e.children].every((child) => child.matches('button, a'))
    const scrollers = new Set<Element>()
    for (const e of document.querySelectorAll<HTMLElement>('body, body *')) {
      const { overflowX } = getComputedStyle(e)
      const frame = ['BODY', 'MAIN'].includes(e.tagName) || e.id === 'root'
      if (overflowX === 'visible' && !frame) continue
      scrollers.add(e)
      const scrolls = frame || overflowX === 'auto' || overflowX === 'scroll'
      if (scrolls && e.scrollWidth > e.clientWidth + 1 && !isStrip(e)) found.push(`${name(e)} is ${e.scrollWidth} in ${e.clientWidth}`)
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} in ${innerWidth}`)
    for (const e of document.querySelectorAll<HTMLElement>('button, a, input, td, h1, h2, p, strong')) {
      if (e.closest('.visually-hidden') || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      // What lies in a box that clips or scrolls is that box's affair.
      let box = e.parentElement
      while (box && !(scrollers.has(box) && box.tagName !== 'BODY' && box.tagName !== 'MAIN' && box.id !== 'root')) box = box.parentElement
      if (box) continue
      const { left, right, width } = e.getBoundingClientRect()
      if (width > 1 && (right > innerWidth + 1 || left < -1)) found.push(`${name(e)} stands from ${Math.round(left)} to ${Math.round(right)} in ${innerWidth}`)
    }
    return [...new Set(found)].slice(0, 6)
  })
}
