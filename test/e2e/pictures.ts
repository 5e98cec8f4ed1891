// Takes the pictures of the documentation into docs/images:
//
//   HUIJI_PICTURES=1 make e2e
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { settled, speak } from './look'
import { Huiji } from './process'
import { api, expect, type Page, signIn, test } from './test'

const folder = join(__dirname, '../../docs/images')

/** A picture that everybody loads with the first page must stay small, in bytes. */
const most = 400_000

test('pictures', async ({ page }) => {
  test.setTimeout(300_000)
  mkdirSync(folder, { recursive: true })
  const huiji = await Huiji.create()
  try {
    await huiji.init({ merchant: '汇积生活馆', timezone: eveningZone() })
    await huiji.command('demo', 'load')
    await huiji.serve()
    const { items } = await api<{ items: { id: string }[] }>(huiji, 'GET', '/staff?limit=1')
    await api(huiji, 'PATCH', `/staff/${items[0]!.id}`, { name: '林晓' })
    await speak(page, 'zh')
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await signIn(page, huiji)
    await home(page, huiji)
    await till(page, huiji)
  } finally {
    await huiji.remove()
  }
})

/** A time zone in which it is about eight in the evening, so that today's figures are those of a whole day. */
function eveningZone(): string {
  const ahead = (20 - new Date().getUTCHours() + 24) % 24
  // Zones reach from UTC−12 to UTC+14; their names count the other way round.
  const hours = ahead > 12 ? ahead - 24 : ahead
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
}

async function take(page: Page, name: string): Promise<void> {
  // Where nothing lies that would light up under it.
  await page.mouse.move(1438, 898)
  const path = join(folder, name)
  await page.screenshot({ path, animations: 'disabled' })
  expect(statSync(path).size, name).toBeLessThan(most)
}

async function home(page: Page, huiji: Huiji): Promise<void> {
  await page.goto(`${huiji.url}/console/home`)
  await settled(page)
  await expect(page.locator('canvas').first()).toBeVisible()
  // The drawing is not part of the page's loading.
  await page.waitForTimeout(1_500)
  await take(page, 'console-home.png')
}

async function till(page: Page, huiji: Huiji): Promise<void> {
  const { items } = await api<{ items: { member_id: string; store_id: string; points_used: number }[] }>(huiji, 'GET', '/orders?limit=200')
  const { member_id: member, store_id: store } = items.find((one) => one.member_id && one.points_used > 0)!
  const { phone } = await api<{ phone: string }>(huiji, 'POST', `/members/${member}/reveal`, { reason: '截图' })
  await page.addInitScript((chosen) => localStorage.setItem('huiji.pos.store', chosen), store)
  await page.goto(`${huiji.url}/pos/`)
  await settled(page)
  const box = page.locator('[data-till=box]')
  await box.fill(phone)
  await box.press('Enter')
  await expect(page.getByRole('button', { name: '移除会员' })).toBeVisible()
  await page.getByRole('button', { name: '关闭' }).click()
  const goods = page.getByRole('button', { name: /^加入/ })
  for (const at of [1, 4, 4, 7]) await goods.nth(at).click()
  const points = page.getByRole('switch', { name: '积分抵现' })
  await expect(points).toBeEnabled()
  await points.click()
  await expect(page.getByText(/^用 [\d,]+ 分$/)).toBeVisible()
  await expect(page.getByRole('button', { name: /^结账 ¥/ })).toBeEnabled()
  await take(page, 'pos.png')
}
