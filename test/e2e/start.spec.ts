import { expect, expectNoSidewaysScroll, test } from './test'

test('a server that is set up asks to sign in', async ({ huiji, page }) => {
  await page.goto(`${huiji.url}/console/`)
  await expect(page.locator('input[type=password]')).toBeVisible()
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSidewaysScroll(page)
})

test('a server that nobody set up prints a link, and the link opens', async ({ fresh, page }) => {
  const answer = await page.goto(fresh.setupLink())
  expect(answer?.status()).toBe(200)
  await expect(page.locator('#merchant')).toBeVisible()
})
