import { useCallback } from 'react'
import { defineText, useText } from '@/shared/text/text'

/** What each kind of job does. The server's names are what happened and who hears of it. */
export const kinds = defineText('jobs.kinds', {
  'order.completed>bookkeeping': ['销售计入报表', 'Count sales in the reports'],
  'order.refunded>bookkeeping': ['退款计入报表', 'Count refunds in the reports'],
  'order.claimed>bookkeeping': ['补登计入报表', 'Count claimed orders in the reports'],
  'member.registered>bookkeeping': ['新会员计入报表', 'Count new members in the reports'],
  'ledger.posted>bookkeeping': ['积分变动计入报表', 'Count points in the reports'],
  'expiry.tonight': ['积分到期', 'Expire points'],
  'expiry.remind': ['积分到期提醒', 'Remind of points that expire'],
  'demo.work': ['演示数据', 'Demo data'],
  'once.clean': ['清理过期的请求记录', 'Forget old requests'],
  'auth.clean': ['清理过期的登录', 'Forget old sessions'],
})

/** Names kinds of jobs; one that is not known, by the server's name. */
export function useJobName(): (kind: string) => string {
  const k = useText(kinds)
  return useCallback((kind: string) => (kind in kinds.said ? k(kind as keyof typeof kinds.said) : kind), [k])
}
