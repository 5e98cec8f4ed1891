import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'

const source = join(import.meta.dirname, '..')

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return files(path)
    return /\.tsx?$/.test(name) ? [path] : []
  })
}

/** Where an import leads, as a path below src; null when it leaves the tree. */
function target(file: string, wanted: string): string | null {
  if (wanted.startsWith('@/')) return wanted.slice(2)
  if (wanted.startsWith('.')) return relative(source, join(file, '..', wanted))
  return null
}

/** The breach of an import, or null: shared ← features ← apps, and features never import each other. */
export function breach(from: string, to: string): string | null {
  const [level, room] = from.split('/')
  const [otherLevel, otherRoom] = to.split('/')
  if (level === 'shared' && otherLevel !== 'shared') return `${from} is shared and must not know ${to}`
  if (level === 'features' && otherLevel === 'apps') return `${from} is a feature and must not know ${to}`
  if (level === 'features' && otherLevel === 'features' && room !== otherRoom) return `${from} must not know the feature ${to}`
  if (level === 'apps' && otherLevel === 'apps' && room !== otherRoom) return `${from} must not know the app ${to}`
  return null
}

it('imports go one way', () => {
  const breaches = files(source).flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const wanted = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')
    return wanted.flatMap((path) => {
      const to = target(file, path)
      const found = to === null ? null : breach(relative(source, file), to)
      return found === null ? [] : [found]
    })
  })
  expect(breaches).toEqual([])
})

it('sees each kind of breach', () => {
  expect(breach('shared/ui/A.tsx', 'features/orders/B')).not.toBeNull()
  expect(breach('features/orders/A.tsx', 'apps/pos/B')).not.toBeNull()
  expect(breach('features/orders/A.tsx', 'features/members/B')).not.toBeNull()
  expect(breach('apps/pos/A.tsx', 'apps/console/B')).not.toBeNull()
  expect(breach('features/orders/A.tsx', 'features/orders/B')).toBeNull()
  expect(breach('apps/console/A.tsx', 'features/orders/B')).toBeNull()
})
