import { defineText } from '@/shared/text/text'

export const text = defineText('shared.member', {
  find: ['手机号、尾号、姓名或会员号', 'Phone, last four digits, name or member number'],
  none: ['没有找到会员', 'No member found'],
  begin: ['输入以查找会员', 'Type to find a member'],
  searching: ['正在查找', 'Searching'],
  balance: ['{{points}} 分', '{{points}} pts'],
})
