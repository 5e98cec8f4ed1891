import type { Role } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import css from './staff.module.css'
import { passwordFaults, passwordLength, type PasswordRule } from './staff'
import { text } from './text'

/** The rules of a password, ticked off while it is typed. */
export function PasswordRules(props: { password: string; roles: readonly Role[]; own: readonly (string | undefined)[] }) {
  const t = useText(text)
  const faults = passwordFaults(props.password, props.roles, props.own)
  const rules: { rule: PasswordRule; say: string }[] = [
    { rule: 'length', say: t('ruleLength', { count: passwordLength(props.roles) }) },
    { rule: 'own', say: t('ruleOwn') },
    { rule: 'plain', say: t('rulePlain') },
  ]
  return (
    <ul className={css.rules}>
      {rules.map(({ rule, say }) => {
        const kept = props.password !== '' && !faults.includes(rule)
        return (
          <li key={rule} data-kept={kept || undefined}>
            <Icon name={kept ? 'check' : 'minus'} size={14} />
            {say}
            <span className="visually-hidden">{t(kept ? 'ruleKept' : 'ruleBroken')}</span>
          </li>
        )
      })}
      <li>
        <Icon name="info" size={14} />
        {t('ruleCommon')}
      </li>
    </ul>
  )
}
