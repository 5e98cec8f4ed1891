import { say } from '@/shared/text/text'
import { words } from '@/shared/text/words'

/** One field of a request that is wrong, and the sentence that says what is right. */
export interface FieldFault {
  /** Where the field stands in the request, as in `body.lines[2].quantity`. */
  location: string
  message: string
  value?: unknown
}

/** An answer of RFC 9457, or what stands in for one when the server could not be reached. */
export class Problem extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number
  /** The stable, dotted name for programs, as in `points.insufficient`. */
  readonly code: string
  readonly fields: readonly FieldFault[]
  /** Seconds to wait, for 429 and 503; 0 when the server did not say. */
  readonly retryAfter: number
  /** Further facts beside the standard members, as in `available`. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly requestId: string

  constructor(init: {
    status: number
    code?: string
    detail?: string
    fields?: readonly FieldFault[]
    retryAfter?: number
    facts?: Record<string, unknown>
    requestId?: string
  }) {
    super(init.detail || say(words, init.status === 0 ? 'offline' : 'unexpected'))
    this.name = 'Problem'
    this.status = init.status
    this.code = init.code ?? ''
    this.fields = init.fields ?? []
    this.retryAfter = init.retryAfter ?? 0
    this.facts = init.facts ?? {}
    this.requestId = init.requestId ?? ''
  }
}

const standard = new Set(['type', 'title', 'status', 'detail', 'instance', 'code', 'errors'])

/** Reads the body of an answer that is not a success. Whatever it is, a Problem comes out. */
export function readProblem(status: number, headers: Headers, body: string): Problem {
  let parsed: Record<string, unknown> = {}
  try {
    const value: unknown = JSON.parse(body)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) parsed = value as Record<string, unknown>
  } catch {
    // A proxy's page of HTML tells nothing worth showing.
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return new Problem({
    status,
    code: text(parsed.code),
    detail: text(parsed.detail) || text(parsed.title),
    fields: readFields(parsed.errors),
    retryAfter: Number(headers.get('Retry-After')) || 0,
    facts: Object.fromEntries(Object.entries(parsed).filter(([name]) => !standard.has(name))),
    requestId: headers.get('X-Request-Id') ?? '',
  })
}

function readFields(value: unknown): FieldFault[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    const { location, message, value: given } = (item ?? {}) as Partial<FieldFault>
    return typeof message === 'string' ? [{ location: location ?? '', message, value: given }] : []
  })
}

/** What went wrong as a Problem, whoever threw it. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem({ status: thrown instanceof TypeError ? 0 : 500 })
}

/** The place of a field inside a form: `body.lines[2].quantity` is `['lines', 2, 'quantity']`. */
export function fieldPath(location: string): (string | number)[] {
  const inside = location.replace(/^body\.?/, '')
  if (inside === '') return []
  return inside
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
