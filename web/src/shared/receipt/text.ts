import { defineText } from '@/shared/text/text'

export const text = defineText('shared.receipt', {
  receipt: ['小票', 'Receipt'],
  again: ['补打', 'Reprint'],
  number: ['单号', 'Number'],
  time: ['时间', 'Time'],
  cashier: ['收银员', 'Cashier'],
  member: ['会员', 'Member'],
  subtotal: ['小计', 'Subtotal'],
  discount: ['优惠', 'Discount'],
  pointsAmount: ['积分抵现（{{points}} 分）', 'Paid with {{points}} points'],
  total: ['实收', 'Total'],
  cash: ['现金', 'Cash'],
  card: ['刷卡', 'Card'],
  other: ['其他方式', 'Other means'],
  cashGiven: ['收到现金', 'Cash received'],
  change: ['找零', 'Change'],
  refunded: ['已退款', 'Refunded'],
  earned: ['得积分', 'Points earned'],
  balance: ['积分余额', 'Points balance'],
  phone: ['电话 {{phone}}', 'Tel. {{phone}}'],
})
