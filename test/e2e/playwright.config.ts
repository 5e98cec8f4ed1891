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
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 10_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
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
