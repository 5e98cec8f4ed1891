import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// One build an app: a service worker belongs to its app's path, and no app waits
// for the code of another.
const apps = ['console', 'pos', 'docs']
const app = process.env.APP ?? 'console'
if (!apps.includes(app)) throw new Error(`APP must be one of ${apps.join(', ')}, not ${app}`)

const path = (below: string) => fileURLToPath(new URL(below, import.meta.url))

// The pages never scroll as a whole, their main part does. The library's scroll
// lock would only write a style element without the nonce, which the browser
// refuses under our content security policy.
const withoutScrollLock: Plugin = {
  name: 'without-scroll-lock',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source.endsWith('/useScrollLocker') && importer?.includes('@rc-component/portal')) {
      return path('./src/shared/theme/scrollLock.ts')
    }
    return undefined
  },
}

export default defineConfig({
  root: path(`./src/apps/${app}`),
  base: `/${app}/`,
  publicDir: false,
  plugins: [withoutScrollLock, react()],
  resolve: { alias: { '@': path('./src') } },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/openapi.json': 'http://127.0.0.1:8080' } },
  build: {
    outDir: path(`./dist/${app}`),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // What others wrote is named with its licence, beside the app that holds it.
    license: { fileName: 'licenses.md' },
    // The page of the API is one foreign library, loaded by nobody else.
    chunkSizeWarningLimit: app === 'docs' ? 1700 : 900,
  },
})
