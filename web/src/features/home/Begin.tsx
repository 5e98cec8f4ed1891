import { Link } from '@tanstack/react-router'
import type { HomeReport, Permission } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { Card } from '@/shared/ui/PageHead'
import css from './home.module.css'
import { text } from './text'

interface Step {
  key: string
  title: string
  line: string
  done: boolean
  to: string
  need: Permission
  /** Leads to another app. */
  outside?: boolean
}

/** What an empty shop needs, each step with its way and its tick. */
export function Begin({ setup }: { setup: HomeReport['setup'] }) {
  const t = useText(text)
  const { can } = useSession()
  const steps: Step[] = [
    { key: 'product', title: t('stepProduct'), line: t('stepProductLine'), done: setup.products > 0, to: '/products?do=create', need: 'catalog.write' },
    { key: 'member', title: t('stepMember'), line: t('stepMemberLine'), done: setup.members > 0, to: '/members?do=enrol', need: 'member.write' },
    { key: 'order', title: t('stepOrder'), line: t('stepOrderLine'), done: setup.orders > 0, to: '/pos/', need: 'order.sell', outside: true },
    { key: 'staff', title: t('stepStaff'), line: t('stepStaffLine'), done: setup.staff > 1, to: '/staff?do=create', need: 'staff.write' },
  ]
  return (
    <Card title={t('beginTitle')} line={t('beginLine')}>
      <ol className={css.steps}>
        {steps
          .filter((step) => can(step.need))
          .map((step) => (
            <li key={step.key} className={css.step}>
              <span className={step.done ? css.tickDone : css.tick} aria-hidden="true">
                {step.done && <Icon name="check" size={14} />}
              </span>
              <span className={css.stepText}>
                <strong>{step.title}</strong>
                {step.done && <span className="visually-hidden">{t('stepDone')}</span>}
                <small>{step.line}</small>
              </span>
              {!step.done && <Way step={step} label={t('stepGo')} />}
            </li>
          ))}
      </ol>
    </Card>
  )
}

function Way({ step, label }: { step: Step; label: string }) {
  const body = (
    <>
      {label}
      <span className="visually-hidden">: {step.title}</span>
      <Icon name="right" size={14} />
    </>
  )
  if (step.outside) {
    return (
      <a className={css.way} href={step.to}>
        {body}
      </a>
    )
  }
  return (
    <Link className={css.way} to={step.to}>
      {body}
    </Link>
  )
}
