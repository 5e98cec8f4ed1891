import { Link } from '@tanstack/react-router'
import { Drawer } from 'antd'
import type { AuditEvent } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { MemberName } from '@/shared/member/MemberName'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Notice } from '@/shared/ui/Notice'
import { Properties } from '@/shared/ui/PageHead'
import { Copyable, Dash } from '@/shared/ui/values'
import { changes, pageOf } from './audit'
import css from './audit.module.css'
import { text } from './text'
import { useNames } from './useNames'

/** One record of the log: who, from where, on what, and what changed by it. */
export function EventDrawer({ event, close }: { event: AuditEvent | undefined; close: () => void }) {
  const t = useText(text)
  return (
    <Drawer open={event !== undefined} onClose={close} size={560} title={t('drawer')} destroyOnHidden>
      {event && <Body event={event} />}
    </Drawer>
  )
}

function Body({ event }: { event: AuditEvent }) {
  const t = useText(text)
  const names = useNames()
  const format = useFormat()
  const { storeName } = useSession()
  const page = pageOf(event)
  const member = event.label.startsWith('mem_') ? event.label : ''
  return (
    <>
      {event.result !== '' && (
        <div className={css.gap}>
          <Notice tone={event.result === 'failed' ? 'red' : 'amber'}>{t(event.result === 'failed' ? 'failedNotice' : 'deniedNotice')}</Notice>
        </div>
      )}
      <Properties
        items={[
          { label: t('action'), value: names.deed(event.action) },
          {
            label: t('object'),
            value: member ? (
              <Link to={`/members/${member}`}>
                <MemberName id={member} />
              </Link>
            ) : page ? (
              <Link to={page.split('?')[0]} search={searchOf(page) as never}>
                {names.label(event) || event.object}
              </Link>
            ) : (
              names.label(event) || <Dash />
            ),
          },
          { label: t('actor'), value: [names.actor(event), roleOf(event, t)].filter(Boolean).join(' · ') },
          { label: t('when'), value: format.second(event.at) },
          ...(event.reason ? [{ label: t('reason'), value: event.reason }] : []),
          ...(event.store_id ? [{ label: t('store'), value: storeName(event.store_id) }] : []),
          ...(event.ip ? [{ label: t('ip'), value: event.ip }] : []),
          ...(event.object ? [{ label: t('objectId'), value: <Copyable value={event.object} /> }] : []),
          ...(event.request_id ? [{ label: t('request'), value: <Copyable value={event.request_id} /> }] : []),
          { label: t('code'), value: <code className={css.code}>{event.action}</code> },
        ]}
      />
      <Changes event={event} />
    </>
  )
}

function searchOf(page: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(page.split('?')[1] ?? ''))
}

function roleOf(event: AuditEvent, t: (key: 'owner' | 'manager' | 'cashier' | 'auditor' | 'key' | 'system') => string): string {
  if (event.who === 'key' || event.who === 'system') return t(event.who)
  const role = (['owner', 'manager', 'cashier', 'auditor'] as const).find((one) => one === event.role)
  return role ? t(role) : event.role
}

/** What was before and what is after, line by line; what is the same is quiet. */
function Changes({ event }: { event: AuditEvent }) {
  const t = useText(text)
  const names = useNames()
  const all = changes(event.before, event.after)
  if (all.length === 0) return <p className={css.none}>{t('noChanges')}</p>
  // Where nothing was before, the facts only tell more of the deed.
  if (all.every((one) => one.kind === 'added')) {
    return (
      <section className={css.section}>
        <h3>{t('facts')}</h3>
        <Properties items={all.map((one) => ({ label: names.fact(event.action, one.name), value: names.value(event.action, one.name, one.after) }))} />
      </section>
    )
  }
  return (
    <section className={css.section}>
      <h3>{t('changes')}</h3>
      <table className={css.diff}>
        <thead>
          <tr>
            <th scope="col">{t('fact')}</th>
            <th scope="col">{t('before')}</th>
            <th scope="col">{t('after')}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.name} data-kind={one.kind}>
              <th scope="row">{names.fact(event.action, one.name)}</th>
              <td>{one.kind === 'same' ? t('unchanged') : <Value text={names.value(event.action, one.name, one.before)} gone />}</td>
              <td>
                <Value text={names.value(event.action, one.name, one.after)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Value({ text: shown, gone }: { text: string; gone?: boolean }) {
  if (shown === '') return <Dash />
  return gone ? <del>{shown}</del> : <ins>{shown}</ins>
}
