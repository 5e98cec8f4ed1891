import { createPortal } from 'react-dom'
import { useEffect } from 'react'
import { useApi } from '@/shared/api/query'
import type { Receipt } from '@/shared/api/types'
import { ReceiptPaper } from '@/shared/receipt/ReceiptPaper'
import css from './paper.module.css'
import { useTill } from './till'
import { usePaperWidth } from './usePaperWidth'

/** Prints what the till was asked to print: the paper alone, outside of everything that is on the screen. */
export function PrintOut() {
  const { printing, printed, tell } = useTill()
  const [width] = usePaperWidth()
  const path = { id: printing?.orderId ?? 'none' }
  const answer = useApi<Receipt>('/orders/{id}/receipt', { path }, { enabled: printing !== null })
  const ready = printing !== null && answer.data !== undefined
  const { error } = answer
  useEffect(() => {
    if (!ready) return
    const timer = setTimeout(() => {
      window.print()
      printed()
    }, 50)
    return () => clearTimeout(timer)
  }, [ready, printed])
  useEffect(() => {
    if (!printing || !error) return
    tell('bad', error.message)
    printed()
  }, [printing, error, tell, printed])
  if (!printing || !answer.data) return null
  return createPortal(
    <div className={width === 58 ? css.roll58 : css.roll80}>
      <ReceiptPaper receipt={answer.data} again={printing.again} />
    </div>,
    document.body,
  )
}
