import type { Feature } from '@/shared/app/feature'

/** Signing in, and setting up a shop for the first time. */
export const signin: Feature = {
  pages: [
    { path: '/signin', load: () => import('./SignInPage'), frame: 'public' },
    { path: '/setup', load: () => import('./SetupPage'), frame: 'public' },
  ],
}
