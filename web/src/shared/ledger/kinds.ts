import type { PostingKind } from '@/shared/api/types'
import type { Tone } from '@/shared/ui/values'

/** The kinds of postings, in the order of how often people look for them. */
export const kinds: readonly PostingKind[] = ['earn', 'redeem', 'expire', 'adjust', 'reverse', 'opening']

/** The colour of a kind's dot. */
export const kindTone: Record<PostingKind, Tone> = {
  earn: 'green',
  redeem: 'gold',
  expire: 'slate',
  adjust: 'blue',
  reverse: 'amber',
  opening: 'slate',
}
