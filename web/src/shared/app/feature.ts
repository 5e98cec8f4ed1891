import type { ComponentType } from 'react'
import type { Permission } from '@/shared/api/types'
import type { IconName } from '@/shared/icons/Icon'
import type { Said } from '@/shared/text/text'

/** A page of a feature. Its code is loaded when it is first opened. */
export interface Page {
  /** As the router writes it, as in `/members/$id`. */
  path: string
  load: () => Promise<{ default: ComponentType }>
  /** Without it any signed-in person may open the page. */
  need?: Permission
  /** `public` pages stand without the shell and need no sign-in. */
  frame?: 'shell' | 'public'
}

/** An entry of the left menu. */
export interface MenuEntry {
  path: string
  label: Said
  icon: IconName
  need?: Permission
  /** Where it stands: entries are sorted by it. */
  order: number
  /** The heading it stands under; entries without one come first. */
  group?: Said
}

/** One line that the search of the top bar found. */
export interface Hit {
  title: string
  hint?: string
  to: string
}

/** What a feature contributes to the search of the top bar. */
export interface Finder {
  label: Said
  need: Permission
  find: (q: string, signal: AbortSignal) => Promise<Hit[]>
}

/** What a feature gives to an app: this is the one place where it declares itself. */
export interface Feature {
  pages: readonly Page[]
  menu?: readonly MenuEntry[]
  finders?: readonly Finder[]
}
