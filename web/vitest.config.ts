import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Its own file: vite.config.ts puts the root into one app's folder.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
})
