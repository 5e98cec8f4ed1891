import type { JobSummary } from '@/shared/api/types'

/** Work that is due is done within a second; after this many there is too much of it, or nobody does it. */
export const lateAfter = 300

/** How the work in the background is: something failed for good, something waits too long, or all is well. */
export type State = 'failed' | 'late' | 'well'

export function stateOf(summary: Pick<JobSummary, 'dead' | 'due_for'>): State {
  if (summary.dead > 0) return 'failed'
  return summary.due_for >= lateAfter ? 'late' : 'well'
}

/** A length of time in its largest whole unit. */
export function spell(seconds: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  if (seconds < 60) return { unit: 'seconds', count: Math.floor(seconds) }
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) }
  if (seconds < 86_400) return { unit: 'hours', count: Math.floor(seconds / 3600) }
  return { unit: 'days', count: Math.floor(seconds / 86_400) }
}

/** The kinds whose dead letters are to be tried again, and how many these are: all, or the one that is looked at. */
export function chosen(summary: Pick<JobSummary, 'kinds'> | undefined, kind: string): { kinds: string[]; count: number } {
  const some = (summary?.kinds ?? []).filter((one) => kind === '' || one.kind === kind)
  return { kinds: some.map((one) => one.kind), count: some.reduce((sum, one) => sum + one.dead, 0) }
}

/**
 * Asks for kind after kind, and again while some are left: one request takes only so many. Every
 * request has a key of its own, made of the given one, so that all of it can be repeated.
 */
export async function replayAll(
  kinds: readonly string[],
  key: string,
  ask: (kind: string, key: string) => Promise<{ replayed: number; left: number }>,
): Promise<number> {
  let replayed = 0
  for (const kind of kinds) {
    for (let part = 0; ; part++) {
      const done = await ask(kind, `${key}-${kind}-${part}`)
      replayed += done.replayed
      if (done.left === 0 || done.replayed === 0) break
    }
  }
  return replayed
}
