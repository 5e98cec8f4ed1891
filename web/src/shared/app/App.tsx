import { QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import {
  Navigate,
  Outlet,
  RouterProvider,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  useRouter,
  type AnyRoute,
} from '@tanstack/react-router'
import { StrictMode, createElement, useEffect, type ComponentType, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { callAs } from '@/shared/api/client'
import { newQueryClient } from '@/shared/api/query'
import { SessionProvider, endedKey, useMe, useSession } from '@/shared/session/session'
import { language, setLanguage, useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { ThemeProvider } from '@/shared/theme/theme'
import { Crash, ErrorState, NotFound } from '@/shared/ui/ErrorState'
import { Empty } from '@/shared/ui/Empty'
import { Splash } from '@/shared/ui/Splash'
import type { Feature, Page } from './feature'
import { plainQuery } from './urlState'

/** An app: the path it is served under, its features, and the frame around its pages. */
export interface AppDefinition {
  base: string
  /** Where the app begins, as in `/home`. */
  start: string
  features: readonly Feature[]
  frame: ComponentType<{ features: readonly Feature[]; children: ReactNode }>
}

/** Sends people to the sign-in page, once; where they wanted to go is remembered in the address. */
function ToSignIn() {
  const router = useRouter()
  const client = useQueryClient()
  useEffect(() => {
    const { pathname, href } = router.state.location
    if (pathname === '/signin') return
    const search = {
      ...(pathname === '/' ? {} : { next: href }),
      ...(client.getQueryData(endedKey) ? { ended: '1' } : {}),
    }
    void router.navigate({ to: '/signin', search: search as never, replace: true })
  }, [router, client])
  return <Splash />
}

/** Nobody gets past it who is not signed in. */
function Gate({ children }: { children: ReactNode }) {
  const me = useMe()
  if (me.isPending) return <Splash />
  if (me.isError) return <ErrorState problem={me.error} retry={() => void me.refetch()} page />
  if (!me.data) return <ToSignIn />
  return <SessionProvider me={me.data}>{children}</SessionProvider>
}

function Allowed({ page, children }: { page: Page; children: ReactNode }) {
  const { can } = useSession()
  const t = useText(words)
  if (page.need && !can(page.need)) return <Empty page icon="lock" title={t('deniedTitle')} line={t('deniedLine')} />
  return children
}

function buildRouter(app: AppDefinition) {
  const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Crash })
  const shell = createRoute({
    getParentRoute: () => root,
    id: 'shell',
    component: function Framed() {
      return (
        <Gate>
          <app.frame features={app.features}>
            <Outlet />
          </app.frame>
        </Gate>
      )
    },
  })
  const pages = app.features.flatMap((feature) => feature.pages)
  // The routes are made from data, so their types say nothing: pages read the address as text.
  const route = (page: Page, parent: unknown): unknown => {
    const Body = lazyRouteComponent(page.load) as ComponentType
    return createRoute({
      getParentRoute: () => parent as never,
      path: page.path,
      errorComponent: Crash,
      component: function PageInFrame() {
        const body = createElement(Body)
        return page.frame === 'public' ? body : <Allowed page={page}>{body}</Allowed>
      },
    })
  }
  const begin: unknown = createRoute({
    getParentRoute: () => shell as never,
    path: '/',
    component: function Begin() {
      return <Navigate to={app.start} replace />
    },
  })
  const open = pages.filter((page) => page.frame === 'public').map((page) => route(page, root))
  const framed = pages.filter((page) => page.frame !== 'public').map((page) => route(page, shell))
  return createRouter({
    routeTree: root.addChildren([...open, shell.addChildren([begin, ...framed] as never)] as never) as unknown as AnyRoute,
    basepath: app.base,
    parseSearch: plainQuery.parse,
    stringifySearch: plainQuery.stringify,
    defaultPreload: 'intent',
    defaultPendingComponent: Splash,
    defaultPendingMs: 300,
    scrollRestoration: false,
  })
}

/** Starts an app in the page's `#root`. */
export function start(app: AppDefinition): void {
  const place = document.getElementById('root')
  if (!place) throw new Error('the page has no #root')
  setLanguage(language())
  callAs(app.base.slice(1))
  const router = buildRouter(app)
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={newQueryClient()}>
        <ThemeProvider>
          <RouterProvider router={router} />
        </ThemeProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
