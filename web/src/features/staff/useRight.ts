import { useCallback } from 'react'
import { useText } from '@/shared/text/text'
import { rightKey, rights } from './text'

/** What a permission, or the part of the product that it is about, is called. */
export function useRight(): (name: string) => string {
  const r = useText(rights)
  return useCallback(
    (name) => {
      const key = rightKey(name)
      return key ? r(key) : name
    },
    [r],
  )
}
