import { App } from 'antd'
import { useMemo } from 'react'
import { asProblem } from '@/shared/api/problem'

/** Short notes at the top of the page: something was done, or did not work. */
export function useTell(): { done: (what: string) => void; failed: (thrown: unknown) => void } {
  const { message } = App.useApp()
  return useMemo(
    () => ({
      done: (what) => void message.success(what),
      failed: (thrown) => void message.error(asProblem(thrown).message, 5),
    }),
    [message],
  )
}
