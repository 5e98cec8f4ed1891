import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

// The system's Chromium: nothing is downloaded.
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const chromium = process.env.HUIJI_CHROMIUM ?? browsers.find((path) => existsSync(path))
if (!chromium) throw new Error(`no Chromium at ${browsers.join(', ')}: run scripts/install-deps.sh chromium`)

export default defineConfig({
  testDir: '.',
  // HUIJI_PICTURES=1 takes the pictures of the documentation instead of testing.
  testMatch: process.env.HUIJI_PICTURES ? 'pictures.ts' : '*.spec.ts',
  outputDir: '../../.cache/e2e',
  // The machine is small and each worker starts a server of its own.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Long enough for a machine that has other work: they only matter when something is wrong.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
    // HUIJI_TRACE=1 keeps a trace of what fails; recording makes every step slower.
    trace: process.env.HUIJI_TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
})
