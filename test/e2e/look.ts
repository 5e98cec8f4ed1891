// How a page is looked at: at every width, light and dark, for what sticks out
// and for what some people could not read or reach.
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Huiji, type Page, sidewaysScroll } from './test'

export type Language = 'zh' | 'en'

export const languages: readonly Language[] = ['zh', 'en']

/** Whether people can read and reach everything; whether they can read it; nothing. */
type Judge = 'all' | 'colours' | 'none'

/**
 * What is looked at: a desk, a small laptop, a phone; light and dark. Where things
 * stand is judged in each of them. A scheme changes colours alone, so in the dark
 * only these are judged; and another language changes words and their widths, so
 * names and colours are judged in one. Ordered so that the page seldom changes
 * its scheme, which costs most.
 */
const views: readonly { width: number; height: number; scheme: 'light' | 'dark'; judge: Record<Language, Judge> }[] = [
  { width: 1440, height: 900, scheme: 'light', judge: { zh: 'all', en: 'none' } },
  { width: 1024, height: 768, scheme: 'light', judge: { zh: 'none', en: 'none' } },
  { width: 390, height: 844, scheme: 'light', judge: { zh: 'all', en: 'none' } },
  { width: 390, height: 844, scheme: 'dark', judge: { zh: 'colours', en: 'none' } },
  { width: 1440, height: 900, scheme: 'dark', judge: { zh: 'colours', en: 'none' } },
]

const [desk] = views as [(typeof views)[number]]
const dialog = '[role=dialog], dialog[open]'

/** A window in which the page speaks a language and nothing moves, so that nothing is judged half-way. */
export async function openWindow(browser: Browser, language: Language): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: desk.width, height: desk.height },
    locale: language === 'en' ? 'en-GB' : 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  await speak(page, language)
  return page
}

/** Makes the page speak a language; before the first visit. */
export async function speak(page: Page, language: Language): Promise<void> {
  await page.addInitScript((chosen) => localStorage.setItem('huiji.language', chosen), language)
  await page.emulateMedia({ reducedMotion: 'reduce' })
}

const underWay = new WeakMap<Page, Set<unknown>>()

/** The page's requests that have no answer yet; counted from the first call on. */
function requestsOf(page: Page): Set<unknown> {
  const known = underWay.get(page)
  if (known) return known
  const open = new Set<unknown>()
  page.on('request', (request) => open.add(request))
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  underWay.set(page, open)
  return open
}

/** Opens an address and waits until the page shows what it has. */
export async function visit(page: Page, url: string): Promise<void> {
  // What the page before was still waiting for is nobody's affair any more.
  requestsOf(page).clear()
  await page.goto(url)
  await settled(page)
}

/**
 * Waits until the page shows what it has: it has a heading, nothing is loading,
 * nothing is on its way, and the page had time to draw three times since. A busy
 * machine draws later, so this waits longer there.
 */
export async function settled(page: Page): Promise<void> {
  const open = requestsOf(page)
  await expect(page.locator(`h1, ${dialog}, [data-till]`).first()).toBeVisible()
  await expect(async () => {
    for (let calm = 0; calm < 3; calm++) {
      await frames(page)
      expect(open.size, 'requests without an answer').toBe(0)
    }
    expect(await page.locator('[aria-busy=true]').or(splash(page)).count(), 'places that are loading').toBe(0)
  }).toPass({ intervals: [50], timeout: 30_000 })
}

/** What stands while code or an answer is on its way. */
const splash = (page: Page) => page.getByRole('status').filter({ hasText: /^(正在加载|Loading)/ })

/** Looks at the page as it stands, and finds nothing wrong. */
export async function lookAt(page: Page, language: Language, name: string): Promise<void> {
  expect.soft(await faultsOf(page, language, name), name).toEqual([])
}

/** What is wrong with the page as it stands, each with the window and the scheme it is wrong in. */
export async function faultsOf(page: Page, language: Language, name: string): Promise<string[]> {
  const wrong: string[] = []
  for (const { width, height, scheme, judge } of views) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme: scheme })
    await frames(page)
    const found = await sidewaysScroll(page)
    const what = judge[language]
    if (what !== 'none') found.push(...(await barriers(page, what)))
    wrong.push(...found.map((one) => `${name}, ${language} ${width} ${scheme}: ${one}`))
  }
  await page.setViewportSize({ width: desk.width, height: desk.height })
  await page.emulateMedia({ colorScheme: desk.scheme })
  return wrong
}

/**
 * Serious and critical violations of WCAG 2 A and AA. Of long lists the first
 * rows stand for all, and of a page with a dialog the dialog is judged: what lies
 * below it has a look of its own.
 */
async function barriers(page: Page, what: 'all' | 'colours'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({
    resultTypes: ['violations'],
    runOnly: what === 'all' ? { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] } : { type: 'rule', values: ['color-contrast'] },
  })
  if ((await page.locator(dialog).count()) > 0) axe.include(dialog)
  await showRest(page, false)
  const { violations } = await axe.analyze()
  await showRest(page, true)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 160)} (${any[0]?.message ?? ''})`).join(' | ')}`)
}

/** Hides what of long lists is more of the same, and shows it again. */
async function showRest(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((display) => {
    for (const row of document.querySelectorAll<HTMLElement>('tbody tr:nth-child(n + 6), section li:nth-child(n + 13)')) row.style.display = display
  }, shown ? '' : 'none')
}

/** Lets the page lay itself out anew after the window or the scheme changed. */
async function frames(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20)))))
}

/** Tells of every answer that is not a success: looking at pages must need none. */
export function answersOf(page: Page, huiji: Huiji): string[] {
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400 && answer.url().startsWith(huiji.url)) refused.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`)
  })
  return refused
}
