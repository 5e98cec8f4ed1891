import type { Called } from '@/shared/api/types'
import { Dash } from '@/shared/ui/values'
import { useMember } from './useMember'

/** The name of a member who is known by id alone: it is asked for, so not for the rows of a list. */
export function MemberName({ id }: { id: string | undefined }) {
  const member = useMember(id)
  if (!id) return <Dash />
  if (!member.data) return <>…</>
  return <>{member.data.name || member.data.phone || member.data.member_no}</>
}

/** A member as the row of a list calls them; nothing is asked for. */
export function CalledMember({ called }: { called: Called }) {
  return <>{called.member_name || called.member_phone || called.member_no || <Dash />}</>
}
