// What the shop owes, and a member's statement: read, printed and taken away.
import { readFile } from 'node:fs/promises'
import { faultsOf, speak, visit } from './look'
import { api, expect, type Huiji, type Page, signIn, test } from './test'

interface Liability {
  total: { units: number; amount: number }
  months: { units: number; amount: number }[]
  tiers: { units: number; amount: number }[]
}

interface Statement {
  opening: number
  closing: number
  member_name: string
  months: { opening: number; in_total: number; out_total: number; expired: number; adjusted: number; closing: number }[]
  entries: { amount: number }[]
}

const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0)
const integer = (n: number) => new Intl.NumberFormat('en-GB').format(n)

async function someMember(huiji: Huiji): Promise<string> {
  const { items } = await api<{ items: { member_id: string }[] }>(huiji, 'GET', '/ledger/entries?kind=redeem&limit=1')
  return items[0]!.member_id
}

/** What a button makes the browser save. */
async function saved(page: Page, button: string, item: RegExp): Promise<{ name: string; content: Buffer }> {
  await page.emulateMedia({ reducedMotion: 'reduce' }) // Menus open where they belong without motion, too.
  await page.getByRole('button', { name: button }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) }
}

test('what the shop owes', async ({ busy, page }) => {
  await signIn(page, busy)
  await speak(page, 'zh')
  const owed = await api<Liability>(busy, 'GET', '/ledger/liability')
  const { audit } = await api<{ audit: { ties: boolean; members: number } }>(busy, 'GET', '/ledger/programme')
  expect(audit.ties).toBe(true)
  for (const parts of [owed.months, owed.tiers]) {
    expect(sum(parts.map((one) => one.units))).toBe(owed.total.units)
    expect(sum(parts.map((one) => one.amount))).toBe(owed.total.amount)
  }
  await visit(page, `${busy.url}/console/liability`)
  await expect(page.getByRole('heading', { name: '负债', level: 1 })).toBeVisible()
  await expect(page.getByText(integer(owed.total.units), { exact: true }).first()).toBeVisible()
  await expect(page.getByText(`项目账户与会员余额一致：${integer(audit.members)}`)).toBeVisible()
  await expect(page.locator('canvas').nth(1)).toBeVisible()
  expect(await faultsOf(page, 'zh', 'liability')).toEqual([])

  await page.getByText('表格', { exact: true }).first().click()
  await expect(page.getByRole('table', { name: '按到期月份' })).toBeVisible()
  const { name, content } = await saved(page, '导出', /CSV/)
  expect(name).toMatch(/^liability-points-\d{4}-\d\d-\d\d\.csv$/)
  expect([...content.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(content.toString()).toContain(String(owed.total.units))
  expect((await saved(page, '导出', /XLSX/)).content.subarray(0, 2).toString()).toBe('PK')

  await visit(page, `${busy.url}/console/liability?as_of=2020-01-01`)
  await expect(page.getByText(/2020-01-01 23:59 还没有欠会员的积分/)).toBeVisible()
})

test('a member’s statement adds up, prints on paper and can be taken away', async ({ busy, page }) => {
  await signIn(page, busy)
  await speak(page, 'zh')
  const who = await someMember(busy)
  await visit(page, `${busy.url}/console/members/${who}`)
  await page.getByRole('button', { name: '对账单' }).click()
  await expect(page.getByRole('heading', { name: '对账单', level: 1 })).toBeVisible()
  await page.getByText('6 个月', { exact: true }).click()
  await expect(page).toHaveURL(/months=6/)
  await expect(page.getByRole('table', { name: '按月汇总' }).getByRole('row')).toHaveCount(8)
  expect(await faultsOf(page, 'zh', 'statement')).toEqual([])

  const months = await page.getByRole('table', { name: '按月汇总' }).getByRole('rowheader').allTextContents()
  const st = await api<Statement>(busy, 'GET', `/members/${who}/statement?from=${months[0]}&to=${months[5]}`)
  for (const m of st.months) expect(m.opening + m.in_total + m.out_total + m.expired + m.adjusted).toBe(m.closing)
  expect(st.opening + sum(st.entries.map((one) => one.amount))).toBe(st.closing)
  await expect(page.getByRole('table', { name: '明细' }).getByRole('row')).toHaveCount(st.entries.length + 1)

  const { name, content } = await saved(page, '下载', /CSV/)
  expect(name).toMatch(/^statement-\d+-\d{4}-\d\d_\d{4}-\d\d\.csv$/)
  expect(content.toString()).toContain(st.member_name)
  expect((await saved(page, '下载', /XLSX/)).name).toMatch(/\.xlsx$/)

  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('article')).toBeVisible()
  await expect(page.getByRole('button', { name: '打印' })).toBeHidden()
  await expect(page.getByRole('navigation').first()).toBeHidden()
  await page.emulateMedia({ media: null })
  await page.getByRole('button', { name: '前一个月' }).click()
  await expect(page).toHaveURL(new RegExp(`month=${months[4]}`))
})
