import { Dash } from '@/shared/ui/values'
import { useMember } from './useMember'

/** The name of a member who is known by id alone. */
export function MemberName({ id }: { id: string | undefined }) {
  const member = useMember(id)
  if (!id) return <Dash />
  if (!member.data) return <>…</>
  return <>{member.data.name || member.data.phone || member.data.member_no}</>
}
