import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'
import { call, callAs, newKey } from '@/shared/api/client'
import type { Me } from '@/shared/api/types'
import { language, say, setLanguage } from '@/shared/text/text'
import { dark, light, paint } from '@/shared/theme/tokens'
import './docs.css'
import { prepared, type Document } from './document'
import { text } from './text'

function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** Paints the page as the console is painted on this device. */
function look(): void {
  const chosen = localStorage.getItem('huiji.theme')
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  const root = document.documentElement
  root.classList.toggle('dark-mode', isDark)
  root.style.colorScheme = isDark ? 'dark' : 'light'
  paint(root, isDark ? dark : light)
}

function link(href: string, label: string): HTMLElement {
  const made = document.createElement('a')
  made.href = href
  made.textContent = label
  return made
}

/** The line above the operations: as whom requests are sent, and where else to go. */
function drawHead(name: string): void {
  const title = document.createElement('h1')
  title.textContent = say(text, 'title')
  const line = document.createElement('p')
  line.textContent = [name ? say(text, 'signedIn', { name }) : say(text, 'signedOut'), say(text, 'real')].join(language() === 'en' ? ' ' : '')
  const other = document.createElement('button')
  other.type = 'button'
  other.textContent = language() === 'en' ? '中文' : 'English'
  other.addEventListener('click', () => {
    setLanguage(language() === 'en' ? 'zh' : 'en')
    drawHead(name)
  })
  const nav = document.createElement('nav')
  nav.append(link('/openapi.json', say(text, 'document')), link('/console/', say(text, 'console')), other)
  place('head').replaceChildren(title, line, nav)
}

/** Who is signed in to the console in this browser; '' when nobody is. */
async function signedIn(): Promise<string> {
  try {
    const me = await call<Me>('GET', '/me')
    return me.staff?.name ?? ''
  } catch {
    return ''
  }
}

async function read(): Promise<Document> {
  const answer = await fetch('/openapi.json')
  if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`)
  return (await answer.json()) as Document
}

async function begin(): Promise<void> {
  drawHead('')
  const [name, found] = await Promise.all([signedIn(), read()])
  drawHead(name)
  SwaggerUI({
    domNode: place('api'),
    spec: prepared(found, location.origin, newKey),
    deepLinking: true,
    docExpansion: 'list',
    filter: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    // A key is not kept in the browser, and nothing is sent elsewhere to be checked.
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: (asked) => {
      asked.headers['Accept-Language'] = language() === 'en' ? 'en' : 'zh-CN'
      asked.headers['X-Huiji-Client'] = 'docs'
      return asked
    },
  })
}

callAs('docs')
setLanguage(language())
look()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', look)
begin().catch(() => {
  place('api').textContent = say(text, 'failed')
})
