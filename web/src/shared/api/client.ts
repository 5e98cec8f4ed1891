import { language } from '@/shared/text/text'
import { Problem, readProblem } from './problem'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Values for the query; undefined and '' are left out. */
export type Query = Record<string, string | number | boolean | undefined | null>

export interface Request {
  /** Values for the `{…}` places of the path. */
  path?: Record<string, string>
  query?: Query
  body?: unknown
  /** The Idempotency-Key, for everything that changes value. */
  key?: string
  signal?: AbortSignal
}

const base = '/api/v1'

let client = ''

/** Says which app sends the requests, as in `console`; the server wants to know of every page that uses the session. */
export function callAs(name: string): void {
  client = name
}

let whenSignedOut: () => void = () => {}

/** Registers what happens when the server says that nobody is signed in any more. */
export function onSignedOut(listen: () => void): void {
  whenSignedOut = listen
}

/** The address of an operation, with its places filled and its query appended. */
export function address(template: string, path: Record<string, string> = {}, query: Query = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name]
    if (!value) throw new Error(`${template} lacks a value for ${name}`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const tail = search.toString()
  return base + filled + (tail ? '?' + tail : '')
}

/**
 * Sends a request and gives the answer's body. Everything else is thrown as a
 * Problem. The session is the cookie; the header beside it tells the server that
 * the request came from our own page.
 */
export async function call<T>(method: Method, template: string, request: Request = {}): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': language() === 'en' ? 'en' : 'zh-CN',
    'X-Huiji-Client': client,
  }
  if (request.body !== undefined) headers['Content-Type'] = 'application/json'
  if (request.key) headers['Idempotency-Key'] = request.key
  let answer: Response
  try {
    answer = await fetch(address(template, request.path, request.query), {
      method,
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: request.signal,
      credentials: 'same-origin',
    })
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw new Problem({ status: 0 })
  }
  const body = await answer.text()
  if (!answer.ok) {
    // Asking who is here, or signing in, may well find nobody; anything else means that the session ended.
    if (answer.status === 401 && template !== '/me' && !template.startsWith('/auth/')) whenSignedOut()
    throw readProblem(answer.status, answer.headers, body)
  }
  return (body === '' ? undefined : JSON.parse(body)) as T
}

/** Fetches a file and hands it to the browser to save, under the name the server gives it. */
export async function download(template: string, request: Pick<Request, 'path' | 'query'> = {}): Promise<void> {
  let answer: Response
  try {
    answer = await fetch(address(template, request.path, request.query), {
      headers: { 'Accept-Language': language() === 'en' ? 'en' : 'zh-CN', 'X-Huiji-Client': client },
      credentials: 'same-origin',
    })
  } catch {
    throw new Problem({ status: 0 })
  }
  if (!answer.ok) {
    if (answer.status === 401) whenSignedOut()
    throw readProblem(answer.status, answer.headers, await answer.text())
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'huiji'
  link.click()
  // Not at once: the browser has only begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** A fresh Idempotency-Key. Keep it as long as the form that it belongs to is open. */
export function newKey(): string {
  return crypto.randomUUID()
}
