import type { PostingKind } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/values'

/** The kinds of postings, in the order of how often people look for them. */
export const kinds: readonly PostingKind[] = [
  'earn',
  'redeem',
  'expire',
  'adjust',
  'reverse',
  'opening',
  'hold',
  'capture',
  'release',
  'transfer',
  'exchange',
  'extend',
  'activate',
]

/** The colour of a kind's dot. */
export const kindTone: Record<PostingKind, Tone> = {
  earn: 'green',
  redeem: 'gold',
  expire: 'slate',
  adjust: 'blue',
  reverse: 'amber',
  opening: 'slate',
  hold: 'blue',
  capture: 'gold',
  release: 'slate',
  transfer: 'blue',
  exchange: 'blue',
  extend: 'slate',
  activate: 'slate',
}
