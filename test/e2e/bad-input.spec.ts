// What is wrong is said where it is wrong, and a nervous finger sells once.
import { api, expect, type Huiji, nobodyIsThatQuick, type Page, signIn, test } from './test'

test('a wrong field of the enrol form is told at the field, and nothing typed is lost', async ({ huiji, page }) => {
  await signIn(page, huiji)
  await page.goto(`${huiji.url}/console/members?do=enrol`)
  const form = page.getByRole('dialog', { name: '登记会员' })
  const phone = form.getByLabel('手机号')
  await phone.fill('1381234')
  await form.getByLabel('姓名').fill('王一')
  await form.getByRole('button', { name: '登记 王一 为会员' }).click()
  await expect(phone).toHaveAttribute('aria-invalid', 'true')
  await expect(phone).toHaveAccessibleDescription(/须为 11 位/)
  await expect(phone).toBeFocused()
  await expect(form.locator('.ant-form-item', { has: page.getByLabel('手机号') })).toContainText('须为 11 位')
  await expect(form.getByLabel('姓名')).toHaveValue('王一')
  expect((await members(huiji)).length).toBe(0)

  await phone.fill('13900001111')
  await form.getByRole('button', { name: '登记 王一 为会员' }).click()
  await expect(page.getByText(/已登记，会员号/)).toBeVisible()
  expect((await members(huiji)).length).toBe(1)

  // The same phone again: it is taken, and the form says so.
  await page.goto(`${huiji.url}/console/members?do=enrol`)
  await phone.fill('139 0000 1111')
  await form.getByLabel('姓名').fill('王二')
  await form.getByRole('button', { name: '登记 王二 为会员' }).click()
  await expect(form.getByText(/手机号.*已|已.*手机号/).first()).toBeVisible()
  expect((await members(huiji)).length).toBe(1)
})

test('a wrong password is told, and the account stays', async ({ huiji, page }) => {
  await page.goto(`${huiji.url}/console/orders`)
  await page.getByLabel('账号').fill('owner')
  await page.getByLabel('密码', { exact: true }).fill('not-the-password')
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page.getByText(/账号或密码/)).toBeVisible()
  await expect(page.getByLabel('账号')).toHaveValue('owner')
})

test('a double click on pay sells once', async ({ huiji, page }) => {
  const charge = await atTheTill(page, huiji, '双击咖啡')
  await charge.dblclick()
  await expect(page.getByRole('heading', { name: '收款成功' })).toBeVisible()
  expect(await sold(huiji, '双击咖啡')).toBe(1)
})

test('an answer that is lost on the way is asked for again, and the sale is booked once', async ({ huiji, page, pageErrors }) => {
  const charge = await atTheTill(page, huiji, '断线咖啡')
  let lost = 0
  await page.route('**/api/v1/orders', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue()
    lost += 1
    // The server books the sale, but the till never hears of it.
    await route.fetch()
    await route.abort('connectionreset')
  })
  await charge.click()
  await expect(page.getByRole('heading', { name: '收款成功' })).toBeVisible()
  expect(lost).toBe(1)
  expect(pageErrors.splice(0)).toEqual(['Failed to load resource: net::ERR_CONNECTION_RESET'])
  expect(await sold(huiji, '断线咖啡')).toBe(1)
})

async function members(huiji: Huiji): Promise<unknown[]> {
  return (await api<{ items: unknown[] }>(huiji, 'GET', '/members')).items
}

/** Puts one new product on the bill and opens the payment; answers the button that takes it. */
async function atTheTill(page: Page, huiji: Huiji, name: string) {
  await api(huiji, 'POST', '/products', { sku: name, name, price: 1800 })
  await signIn(page, huiji)
  await page.goto(`${huiji.url}/pos/`)
  await page.getByRole('button', { name: new RegExp(`^加入 ${name}`) }).click()
  await page.getByRole('button', { name: /结账 ¥18\.00/ }).click()
  const charge = page.getByRole('button', { name: /^收款 ¥18\.00/ })
  await expect(charge).toBeVisible()
  await nobodyIsThatQuick(page)
  return charge
}

/** How many orders hold the product. */
async function sold(huiji: Huiji, name: string): Promise<number> {
  const { items } = await api<{ items: { id: string }[] }>(huiji, 'GET', '/orders')
  const orders = await Promise.all(items.map(({ id }) => api<{ lines: { name: string }[] }>(huiji, 'GET', `/orders/${id}`)))
  return orders.filter((order) => order.lines.some((line) => line.name === name)).length
}
