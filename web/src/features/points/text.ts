import { defineText } from '@/shared/text/text'

export const text = defineText('points', {
  title: ['积分明细', 'Points'],
  line: ['全部会员的积分变动，最新的在前。每一笔都能看到为什么。', 'Every change of points, newest first. Each one says why.'],
  adjust: ['手工调整', 'Adjust by hand'],
  viewAll: ['全部', 'All'],
  member: ['会员', 'Member'],
  kind: ['类型', 'Kind'],
  why: ['为什么', 'Why'],
  change: ['变动', 'Change'],
  after: ['记后余额', 'Balance after'],
  store: ['门店', 'Store'],
  when: ['时间', 'Time'],
  dates: ['日期', 'Dates'],
  emptyTitle: ['还没有积分记录', 'No entries yet'],
  emptyLine: [
    '会员消费、使用或积分到期后，每一笔变动都会记在这里。例如：消费 128 元，按每 1 元 1 分得 128 分。',
    'Purchases, redemptions and expiries of members are kept here. For example: 128.00 spent, one point a yuan, 128 points.',
  ],
})
