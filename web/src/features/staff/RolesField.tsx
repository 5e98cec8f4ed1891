import { Checkbox } from 'antd'
import { useApi } from '@/shared/api/query'
import type { List, Role, RoleItem } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import type { FieldProps } from '@/shared/ui/fields'
import { grouped, mayDo } from './staff'
import css from './staff.module.css'
import { text } from './text'
import { useRight } from './useRight'

const all: readonly Role[] = ['owner', 'manager', 'cashier', 'auditor']

/** The roles to choose from, each with one sentence that says what it is for. */
export function RolesField({ id, value = [], onChange }: FieldProps<Role[]>) {
  const t = useText(text)
  return (
    <div className={css.roleCards} id={id} role="group">
      {all.map((role) => {
        const chosen = value.includes(role)
        return (
          <Checkbox
            key={role}
            className={css.roleCard}
            checked={chosen}
            onChange={() => onChange?.(chosen ? value.filter((one) => one !== role) : [...value, role])}
          >
            <strong>{t(role)}</strong>
            <small>{t(`${role}Line`)}</small>
          </Checkbox>
        )
      })}
    </div>
  )
}

/** Everything that the chosen roles together may do. */
export function RoleRights({ roles, open }: { roles: readonly Role[]; open?: boolean }) {
  const t = useText(text)
  const right = useRight()
  const known = useApi<List<RoleItem>>('/roles')
  const rights = mayDo(roles, known.data?.items ?? [])
  if (rights.length === 0) return null
  return (
    <details className={css.rights} open={open}>
      <summary>{t('mayDo', { count: rights.length })}</summary>
      <Rights groups={grouped(rights)} name={right} />
    </details>
  )
}

/** Permissions in words, one part of the product a line. */
export function Rights({ groups, name }: { groups: ReturnType<typeof grouped>; name: (permission: string) => string }) {
  return (
    <dl className={css.rightList}>
      {groups.map(({ group, permissions }) => (
        <div key={group}>
          <dt>{name(group)}</dt>
          <dd>{permissions.map(name).join('、')}</dd>
        </div>
      ))}
    </dl>
  )
}
