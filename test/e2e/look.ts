// How a page is looked at: at every width, light and dark, for what sticks out
// and for what some people could not read or reach.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Huiji, type Page, sidewaysScroll } from './test'

export type Language = 'zh' | 'en'

export const languages: readonly Language[] = ['zh', 'en']

/**
 * What is looked at: a desk, a small laptop, a phone; light and dark. Colours do
 * not change where things stand, so in the dark only colours are judged, and
 * another language changes only words and widths, so there the extremes do.
 */
const views: readonly { width: number; height: number; scheme: 'light' | 'dark'; judge: Record<Language, 'all' | 'colours' | 'places'> }[] = [
  { width: 1440, height: 900, scheme: 'light', judge: { zh: 'all', en: 'all' } },
  { width: 1440, height: 900, scheme: 'dark', judge: { zh: 'colours', en: 'places' } },
  { width: 1024, height: 768, scheme: 'dark', judge: { zh: 'colours', en: 'places' } },
  { width: 1024, height: 768, scheme: 'light', judge: { zh: 'all', en: 'places' } },
  { width: 390, height: 844, scheme: 'light', judge: { zh: 'all', en: 'places' } },
  { width: 390, height: 844, scheme: 'dark', judge: { zh: 'colours', en: 'colours' } },
]

const dialog = '[role=dialog], dialog[open]'

/** Makes the page speak a language; before the first visit. */
export async function speak(page: Page, language: Language): Promise<void> {
  await page.addInitScript((chosen) => localStorage.setItem('huiji.language', chosen), language)
  // Nothing moves, so that nothing is judged half-way.
  await page.emulateMedia({ reducedMotion: 'reduce' })
}

/** Waits until the page shows what it has: nothing is loading, nothing is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect(page.locator(`h1, ${dialog}, [data-till]`).first()).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

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
    const all = judge[language]
    if (all !== 'places') found.push(...(await barriers(page, all)))
    wrong.push(...found.map((what) => `${name}, ${language} ${width} ${scheme}: ${what}`))
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  return wrong
}

/**
 * Serious and critical violations of WCAG 2 A and AA. Of long lists the first
 * rows stand for all, and of a page with a dialog the dialog is judged: what lies
 * below it has a look of its own.
 */
async function barriers(page: Page, what: 'all' | 'colours'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode()
  if ((await page.locator(dialog).count()) > 0) axe.include(dialog)
  await showRest(page, false)
  const { violations } = await (what === 'all' ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']) : axe.withRules(['color-contrast'])).analyze()
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
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))))
}

/** Tells of every answer that is not a success: looking at pages must need none. */
export function answersOf(page: Page, huiji: Huiji): string[] {
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400 && answer.url().startsWith(huiji.url)) refused.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`)
  })
  return refused
}
