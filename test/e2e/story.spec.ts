// The whole story, as a shop lives it: from the first start to the audit log.
import { expect, type Locator, nobodyIsThatQuick, type Page, test } from './test'

const products = [
  { name: '明前龙井', sku: 'T001', price: '60.00', category: '茶叶' },
  { name: '桂花乌龙', sku: 'T002', price: '40.00', category: '茶叶' },
  { name: '白瓷品茗杯', sku: 'C001', price: '19.99', category: '茶具' },
] as const

test('set up, sell with points, refund, and everything is exactly back', async ({ fresh, page }) => {
  test.setTimeout(600_000)
  await test.step('the set-up link leads through three steps into the console', () => setUp(page, fresh.setupLink()))
  await test.step('the link works once', async () => {
    const link = fresh.setupLink()
    await page.goto(link)
    await expect(page.getByRole('heading', { name: '已经设置完成' })).toBeVisible()
    await page.goto(`${fresh.url}/console/`)
    await expect(page.getByRole('heading', { name: '工作台' })).toBeVisible()
  })
  await test.step('three products', async () => {
    await page.getByRole('link', { name: /添加商品或服务/ }).click()
    for (const product of products) await createProduct(page, product)
    await expect(page.getByRole('table', { name: '商品' }).getByRole('row')).toHaveCount(4)
  })
  await test.step('a member joins', async () => {
    await page.goto(`${fresh.url}/console/home`)
    await page.getByRole('link', { name: /登记第一位会员/ }).click()
    const form = page.getByRole('dialog', { name: '登记会员' })
    await form.getByLabel('手机号').fill('138 1234 5678')
    await form.getByLabel('姓名').fill('张小明')
    await form.getByRole('button', { name: '登记 张小明 为会员' }).click()
    await expect(page.getByText(/已登记，会员号/)).toBeVisible()
    await expect(page.getByText('138****5678').first()).toBeVisible()
  })
  const memberPage = page.url()
  await test.step('1,000 points as a gift, with a reason', () => givePoints(page))
  const number = await test.step('three lines are sold: points and cash pay', () => sell(page, fresh.url))
  await test.step('the member’s record says why', () => readWhy(page, memberPage))
  await test.step('a part is refunded, then the rest', () => refund(page, fresh.url, number))
  await test.step('points and money are exactly back', () => allBack(page, memberPage))
  await test.step('the audit log shows who', () => readAudit(page, fresh.url, number))
})

async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('店铺名称').fill('山里茶舍')
  await expect(page.getByRole('radio', { name: /零售/ })).toBeChecked()
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('门店名称').fill('西湖店')
  await expect(page.getByLabel('门店编号')).toHaveValue('S01')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('登录账号').fill('laolin')
  await page.getByLabel('姓名').fill('林晓')
  await page.getByLabel('密码', { exact: true }).fill('shan-li-cha-she-2026')
  await page.getByRole('button', { name: '创建“山里茶舍”' }).click()
  await expect(page.getByRole('heading', { name: '工作台' })).toBeVisible()
  await expect(page).toHaveURL(/\/console\/home$/)
  await expect(page.getByRole('heading', { name: '从这里开始' })).toBeVisible()
  await expect(page.getByRole('button', { name: '载入演示数据' })).toBeVisible()
}

async function createProduct(page: Page, product: (typeof products)[number]): Promise<void> {
  const form = page.getByRole('dialog', { name: '新建商品' })
  // The first form was opened by the way from the home page.
  if (!(await form.isVisible())) {
    await expect(page.getByRole('heading', { name: '商品', level: 1 })).toBeVisible()
    if (!(await form.isVisible())) await page.getByRole('button', { name: '新建商品' }).first().click()
  }
  await form.getByLabel('名称').fill(product.name)
  await form.getByLabel('SKU').fill(product.sku)
  await form.getByLabel('售价').fill(product.price)
  await form.getByLabel('分类').fill(product.category)
  await form.getByRole('button', { name: `新建“${product.name}”` }).click()
  await expect(page.getByText(`已新建“${product.name}”`)).toBeVisible()
  await expect(form).toBeHidden()
}

async function givePoints(page: Page): Promise<void> {
  await page.getByRole('button', { name: '调整积分' }).click()
  const form = page.getByRole('dialog', { name: '调整积分' })
  await form.getByLabel('积分', { exact: true }).fill('1000')
  await form.getByLabel('原因').fill('开业赠送')
  await expect(form.getByLabel('余额预览')).toContainText('1,000')
  await form.getByRole('button', { name: '发放 1,000 积分' }).click()
  await expect(page.getByText('已调整，余额 1,000 分')).toBeVisible()
  const row = entries(page).getByRole('row').filter({ hasText: '开业赠送' })
  await expect(row).toContainText('+1,000')
}

const entries = (page: Page) => page.getByRole('table', { name: '积分明细' })

/** A figure of a record's head, by its label. */
function figure(page: Page, label: string): Locator {
  return page.locator('dl > div').filter({ has: page.locator('dt', { hasText: label }) }).locator('dd').first()
}

/** Sells to the member at the till; answers the order's number. */
async function sell(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/pos/`)
  const goods = page.getByRole('region', { name: '商品' })
  const cart = page.getByRole('region', { name: '购物车' })
  // The one box takes the last four digits of a phone number, as customers say them.
  const box = goods.getByRole('textbox', { name: /扫码/ })
  await box.fill('5678')
  await box.press('Enter')
  await expect(cart.getByText('138****5678')).toBeVisible()
  await expect(cart.getByText('1,000', { exact: true })).toBeVisible()
  for (const { name } of [...products, products[2]]) await goods.getByRole('button', { name: new RegExp(`^加入 ${name}`) }).click()
  await expect(cart.getByText('4 件')).toBeVisible()
  await expect(cart.getByRole('button', { name: /结账 ¥139\.98/ })).toBeEnabled()
  await cart.getByRole('switch', { name: '积分抵现' }).click()
  await expect(cart.getByText('用 1,000 分')).toBeVisible()
  await expect(cart.getByText('−¥10.00')).toBeVisible()
  await expect(cart.getByText('+129 分')).toBeVisible()
  await cart.getByRole('button', { name: /结账 ¥129\.98/ }).click()

  const pay = page.getByRole('region', { name: '收款', exact: true })
  await expect(pay.getByText('¥129.98', { exact: true }).first()).toBeVisible()
  await pay.getByRole('textbox', { name: /实收/ }).fill('150')
  await expect(pay.getByText('¥20.02')).toBeVisible()
  await nobodyIsThatQuick(page)
  await pay.getByRole('button', { name: /^收款 ¥129\.98/ }).click()

  const paid = page.getByRole('region', { name: '收款成功' })
  await expect(paid.getByRole('heading', { name: '收款成功' })).toBeVisible()
  const receipt = paid.getByRole('article', { name: '小票' })
  for (const said of ['山里茶舍', '西湖店', ...products.map((one) => one.name), '2 × ¥19.99', '¥139.98', '−¥10.00', '¥129.98', '收到现金¥150.00', '找零¥20.02', '+129']) {
    await expect(receipt).toContainText(said)
  }
  return (await receipt.locator('dd').first().textContent()) ?? ''
}

async function readWhy(page: Page, memberPage: string): Promise<void> {
  await page.goto(memberPage)
  await expect(figure(page, '积分')).toHaveText('129')
  const rows = entries(page).getByRole('row')
  await expect(rows).toHaveCount(4)
  await expect(rows.nth(1)).toContainText('+129')
  await expect(rows.nth(1)).toContainText('129.98')
  await expect(rows.nth(2)).toContainText('−1,000')
  await expect(rows.nth(3)).toContainText('开业赠送')
  await rows.nth(1).getByRole('button').first().click()
  const why = page.getByRole('dialog', { name: '积分记录' })
  await expect(why.getByRole('heading', { name: '为什么' })).toBeVisible()
  const worked = why.getByRole('table', { name: '当时的计算' })
  for (const { name } of products) await expect(worked).toContainText(name)
  await why.getByRole('button', { name: /close|关闭/i }).first().click()
}

async function refund(page: Page, url: string, number: string): Promise<void> {
  await page.goto(`${url}/console/orders`)
  await page.getByRole('link', { name: number }).click()
  await expect(page.getByRole('heading', { name: '积分怎么来的' })).toBeVisible()
  await expect(page.getByText('收到 ¥150.00，找零 ¥20.02')).toBeVisible()
  const form = page.getByRole('dialog', { name: '退款' })

  await page.getByRole('button', { name: '退款', exact: true }).click()
  await form.getByRole('button', { name: '白瓷品茗杯 多退一件' }).click()
  await form.getByLabel('退款原因').fill('杯口有缺')
  const part = await preview(form)
  expect(part.points).toMatch(/^[+−]\d+$/)
  await form.getByRole('button', { name: `退款 ${part.money}` }).click()
  await expect(page.getByText(`已退款 ${part.money}`)).toBeVisible()
  await expect(form).toBeHidden()
  await expect(page.getByText('部分退款').first()).toBeVisible()
  // What was booked is what the preview said.
  await expect(figure(page, '已退')).toHaveText(part.money)
  await expect(page.getByText(`−${part.money}`).first()).toBeVisible()

  await page.getByRole('button', { name: '退款', exact: true }).click()
  await form.getByText('退剩余全部').click()
  await form.getByLabel('退款原因').fill('顾客改变主意')
  await expect(form.getByText('退回剩余的 3 件商品')).toBeVisible()
  const rest = await preview(form)
  expect(fen(part.money) + fen(rest.money)).toBe(12998)
  expect(rest.after).toBe('1,000')
  await form.getByRole('button', { name: `退款 ${rest.money}` }).click()
  await expect(page.getByText(`已退款 ${rest.money}`)).toBeVisible()
  await expect(page.getByText('已退款', { exact: true }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: '退款', exact: true })).toBeHidden()
  await expect(page.getByText('净额 ¥0.00')).toBeVisible()
  await expect(figure(page, '已退')).toHaveText('¥129.98')
  await expect(page.getByText('已退回 1,000')).toBeVisible()
  await expect(page.getByText('已收回 129')).toBeVisible()
}

/** What a refund's preview says, once it is about what is chosen now. */
async function preview(form: Locator): Promise<{ money: string; points: string; after: string }> {
  await expect(form.getByRole('button', { name: /^退款 ¥/ })).toBeEnabled()
  const said = form.getByRole('region', { name: '退款结果' })
  const of = async (term: string) =>
    (await said.locator('dl > div').filter({ has: said.page().locator('dt', { hasText: term }) }).locator('dd').first().textContent()) ?? ''
  return { money: await of('退给顾客'), points: await of('会员积分'), after: await of('退款后余额') }
}

/** ¥1,234.50 is 123450. */
const fen = (money: string) => Number(money.replace(/[¥,.]/g, ''))

async function allBack(page: Page, memberPage: string): Promise<void> {
  await page.goto(memberPage)
  await expect(figure(page, '积分')).toHaveText('1,000')
  await expect(figure(page, '可用')).toHaveText('1,000')
  await expect(figure(page, '欠分')).toHaveText('0')
  await page.getByRole('tab', { name: '订单' }).click()
  await expect(page.getByRole('table', { name: '订单' })).toContainText('已退款')
}

async function readAudit(page: Page, url: string, number: string): Promise<void> {
  await page.goto(`${url}/console/audit`)
  const log = page.getByRole('table', { name: '审计日志' })
  const refunds = log.getByRole('row').filter({ hasText: '退款' }).filter({ hasText: '林晓' })
  // The log is written right after the deed, by a job.
  await expect(async () => {
    await page.reload()
    await expect(refunds).toHaveCount(2, { timeout: 10_000 })
  }).toPass({ timeout: 90_000 })
  for (const [deed, of] of [['登记会员', '林晓'], ['调整积分', '开业赠送'], ['新建商品', '林晓'], ['建立商户', '']] as const) {
    await expect(log.getByRole('row').filter({ hasText: deed }).first()).toContainText(of)
  }
  await refunds.filter({ hasText: '杯口有缺' }).getByRole('button').first().click()
  const record = page.getByRole('dialog', { name: '审计记录' })
  for (const said of ['退款', number, '林晓', '店主', '杯口有缺', 'order.refund']) await expect(record).toContainText(said)
}
