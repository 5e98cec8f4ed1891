/** The part of swagger-ui-dist that this page uses; the package brings no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Asked {
    url: string
    headers: Record<string, string>
  }

  interface Options {
    domNode: HTMLElement
    spec: object
    deepLinking?: boolean
    docExpansion?: 'none' | 'list' | 'full'
    filter?: boolean
    defaultModelsExpandDepth?: number
    displayRequestDuration?: boolean
    persistAuthorization?: boolean
    validatorUrl?: string | null
    requestInterceptor?: (asked: Asked) => Asked
  }

  export default function SwaggerUI(options: Options): unknown
}
