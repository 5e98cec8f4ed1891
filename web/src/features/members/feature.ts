import { call } from '@/shared/api/client'
import type { List, Member } from '@/shared/api/types'
import type { Feature } from '@/shared/app/feature'
import { calledBy } from './member'

/** Members: finding, enrolling, and all about one of them. */
export const members: Feature = {
  menu: [{ path: '/members', label: ['会员', 'Members'], icon: 'members', need: 'member.read', order: 20 }],
  pages: [
    { path: '/members', load: () => import('./MembersPage'), need: 'member.read' },
    { path: '/members/$id', load: () => import('./MemberPage'), need: 'member.read' },
  ],
  finders: [
    {
      label: ['会员', 'Members'],
      need: 'member.read',
      find: async (q, signal) => {
        const found = await call<List<Member>>('GET', '/members', { query: { q, limit: 5 }, signal })
        return found.items.map((member) => ({
          title: calledBy(member),
          hint: [member.phone, member.member_no].filter(Boolean).join(' · '),
          to: `/members/${member.id}`,
        }))
      },
    },
  ],
}
