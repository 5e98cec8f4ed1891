// Every room of the console and the till: at three widths, light and dark, in
// both languages. Nothing sticks out, nothing fails, everybody can read and reach it.
import { answersOf, faultsOf, type Language, languages, lookAt, openWindow, settled, speak, visit } from './look'
import { api, expect, type Huiji, nobodyIsThatQuick, type Page, signIn, test as base } from './test'

/** One window per language for all rooms: what it loaded for one it need not load for the next. */
const test = base.extend<{ language: Language }, { windows: (language: Language) => Promise<Page> }>({
  language: ['zh', { option: true }],
  windows: [
    async ({ browser, busy }, use) => {
      const open = new Map<Language, Promise<Page>>()
      const openOne = async (language: Language) => {
        const page = await openWindow(browser, language)
        await signIn(page, busy)
        return page
      }
      await use((language) => {
        const known = open.get(language) ?? openOne(language)
        open.set(language, known)
        return known
      })
      for (const page of open.values()) await (await page).context().close()
    },
    { scope: 'worker' },
  ],
})

/** Rooms are looked at in the window of their language. */
const roomTest = test.extend({
  page: async ({ windows, language }, use) => use(await windows(language)),
})

interface Ids {
  member: string
  order: string
  posting: string
  sku: string
}

/** The console's rooms. */
const rooms: Record<string, (ids: Ids) => string> = {
  home: () => '/home',
  members: () => '/members',
  'a member': ({ member }) => `/members/${member}`,
  'a member’s lots': ({ member }) => `/members/${member}?tab=lots`,
  'a member’s orders': ({ member }) => `/members/${member}?tab=orders`,
  points: () => '/points',
  orders: () => '/orders',
  'an order': ({ order }) => `/orders/${order}`,
  products: () => '/products',
  stores: () => '/stores',
  staff: () => '/staff',
  keys: () => '/staff/keys',
  sessions: () => '/staff/sessions',
  'settings, earning': () => '/settings/earning',
  'settings, points as money': () => '/settings/offset',
  'settings, debt': () => '/settings/debt',
  'settings, receipt': () => '/settings/receipt',
  'settings, merchant': () => '/settings/merchant',
  'settings, fields': () => '/settings/fields',
  audit: () => '/audit',
  health: () => '/health',
  'no such page': () => '/nowhere',
}

/** The drawers that addresses open over a room. */
const drawers: typeof rooms = {
  'enrol a member': () => '/members?do=enrol',
  'adjust points': ({ member }) => `/members/${member}?do=adjust`,
  'edit a member': ({ member }) => `/members/${member}?do=edit`,
  'a booking of points': ({ posting }) => `/points?posting=${posting}`,
  'refund an order': ({ order }) => `/orders/${order}?do=refund`,
  'a receipt': ({ order }) => `/orders/${order}?do=receipt`,
  'a new product': () => '/products?do=create',
  'a product': ({ sku }) => `/products/${sku}`,
  'a new store': () => '/stores?do=create',
  'new staff': () => '/staff?do=create',
}

let known: Promise<Ids> | undefined

async function look(huiji: Huiji): Promise<Ids> {
  const { items } = await api<{ items: { id: string; member_id: string; status: string; points_used: number }[] }>(huiji, 'GET', '/orders?status=completed&limit=200')
  const order = items.find((one) => one.member_id && one.points_used > 0)
  if (!order) throw new Error('the demo data has no order that points paid for')
  const entries = await api<{ items: { posting_id: string }[] }>(huiji, 'GET', `/members/${order.member_id}/entries?asset=points&limit=1`)
  const products = await api<{ items: { sku: string }[] }>(huiji, 'GET', '/products?limit=1')
  return { member: order.member_id, order: order.id, posting: entries.items[0]!.posting_id, sku: products.items[0]!.sku }
}

test('a look sees what is wrong', async ({ huiji, page }) => {
  await speak(page, 'zh')
  await visit(page, `${huiji.url}/console/signin`)
  await page.evaluate(() => {
    const wide = document.createElement('p')
    wide.textContent = 'too wide, too pale'
    Object.assign(wide.style, { width: '1100px', color: '#bbb' })
    document.querySelector('main')!.append(wide)
  })
  const faults = await faultsOf(page, 'zh', 'spoilt')
  expect(faults.some((fault) => fault.startsWith('spoilt, zh 390 light: ') && fault.includes('too wide')), 'sideways').toBe(true)
  expect(faults.some((fault) => fault.startsWith('spoilt, zh 1440 light: color-contrast: ')), 'contrast').toBe(true)
})

for (const language of languages) {
  test.describe(language, () => {
    test.use({ language })

    for (const [name, path] of Object.entries({ ...rooms, ...drawers })) {
      roomTest(name, async ({ busy, page }) => {
        known ??= look(busy)
        const refused = answersOf(page, busy)
        await visit(page, `${busy.url}/console${path(await known)}`)
        if (name in drawers) await opened(page)
        await lookAt(page, language, name)
        expect(refused).toEqual([])
      })
    }

    test('before the door', async ({ busy, fresh, page }) => {
      await speak(page, language)
      for (const [name, url] of Object.entries({ 'sign in': `${busy.url}/console/signin`, 'sign in at the till': `${busy.url}/pos/`, 'set up': fresh.setupLink() })) {
        await visit(page, url)
        await lookAt(page, language, name)
      }
    })

    test('the till', async ({ busy, page }) => {
      test.setTimeout(600_000)
      known ??= look(busy)
      const { member } = await known
      const refused = answersOf(page, busy)
      await speak(page, language)
      await signIn(page, busy)
      const { phone } = await api<{ phone: string }>(busy, 'POST', `/members/${member}/reveal`, { reason: '到店消费' })
      await visit(page, `${busy.url}/pos/`)
      await lookAt(page, language, 'choose a store')
      await page.getByRole('button').first().click()
      await walkTheTill(page, language, phone)
      expect(refused).toEqual([])
    })
  })
}

/** Waits until the room's drawer is open and has what it shows. */
async function opened(page: Page): Promise<void> {
  await expect(page.getByRole('dialog')).toBeVisible()
  await settled(page)
}

/**
 * One sale from the first item to the receipt, and back to it from the list of
 * orders; each step is looked at. Keys mean the same in every language.
 */
async function walkTheTill(page: Page, language: Language, phone: string): Promise<void> {
  const look = async (name: string) => {
    await settled(page)
    await lookAt(page, language, name)
  }
  const goods = page.locator('section li button')
  await expect(goods.nth(3)).toBeVisible()
  await look('an empty till')
  const box = page.locator('[data-till=box]')
  await box.fill(phone)
  await box.press('Enter')
  await expect(page.getByText(/\d{3}\*{4}\d{4}/).first()).toBeVisible()
  const names = page.getByRole('button', { name: language === 'en' ? /^Add .+, ¥/ : /^加入 .+，¥/ })
  for (const at of [0, 1, 2, 2]) await names.nth(at).click()
  await page.keyboard.press('F8')
  await expect(page.getByRole('switch', { checked: true })).toBeVisible()
  await look('a bill')
  for (const [key, name] of [['F1', 'the keys'], ['F10', 'a discount']] as const) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await look(name)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await page.keyboard.press('F9')
  await expect(page.getByRole('heading', { name: language === 'en' ? 'Find a member' : '查找会员' })).toBeVisible()
  await look('finding a member')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('[data-till=amount]')).toBeVisible()
  await look('paying')
  await nobodyIsThatQuick(page)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('article')).toBeVisible()
  await look('the receipt')
  await page.keyboard.press('F4')
  await page.locator('section li button').first().click()
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  await look('an order at the till')
}
