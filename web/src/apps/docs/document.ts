interface Parameter {
  name: string
  in: string
  example?: unknown
}

interface Operation {
  summary?: string
  description?: string
  parameters?: Parameter[]
  security?: Record<string, string[]>[]
}

/** What this page reads and changes of an OpenAPI document. */
export interface Document {
  servers?: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components?: { securitySchemes?: Record<string, unknown> }
}

/** The permission that an operation needs, which the document keeps beside its ways to sign in; '' for public ones. */
function needOf(operation: Operation): string {
  return operation.security?.flatMap((way) => way.bearer ?? [])[0] ?? ''
}

/**
 * The document as it is tried: sent to the server it came from, each operation saying
 * what permission it needs, each Idempotency-Key filled in. The cookie is no longer a
 * way to sign in, because a page cannot set it and the browser sends it by itself.
 */
export function prepared(document: Document, origin: string, newKey: () => string): Document {
  const { cookie: _, ...schemes } = document.components?.securitySchemes ?? {}
  const operation = (one: Operation): Operation => {
    const need = needOf(one)
    return {
      ...one,
      ...(need && { description: [one.description, `Permission: \`${need}\``].filter(Boolean).join('\n\n') }),
      ...(one.parameters && { parameters: one.parameters.map((p) => (p.name === 'Idempotency-Key' ? { ...p, example: newKey() } : p)) }),
      ...(one.security && { security: one.security.filter((way) => !('cookie' in way)) }),
    }
  }
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).map(([method, one]) => [method, operation(one)])),
  ])
  return {
    ...document,
    servers: [{ url: origin }],
    paths: Object.fromEntries(paths) as Document['paths'],
    components: { ...document.components, securitySchemes: schemes },
  }
}
