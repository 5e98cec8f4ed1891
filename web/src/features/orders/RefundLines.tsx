import { Button } from 'antd'
import type { OrderLine } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import type { FieldProps } from '@/shared/ui/fields'
import { clampUnits, everything } from './order'
import css from './refund.module.css'
import { text } from './text'

/** The lines of an order with how many units of each go back; the form holds units by line_id. */
export function RefundLines({ id, value, onChange, lines }: FieldProps<Record<string, number>> & { lines: readonly OrderLine[] }) {
  const t = useText(text)
  const format = useFormat()
  const chosen = value ?? {}
  const set = (line: OrderLine, units: number | undefined) => onChange?.({ ...chosen, [line.line_id]: clampUnits(units, line) })
  return (
    <div className={css.lines} id={id}>
      <div className={css.tools}>
        <Button size="small" type="link" onClick={() => onChange?.(everything(lines))}>
          {t('chooseAll')}
        </Button>
        <Button size="small" type="link" onClick={() => onChange?.({})}>
          {t('chooseNone')}
        </Button>
      </div>
      <ul>
        {lines.map((line) => {
          const units = clampUnits(chosen[line.line_id], line)
          const left = line.refundable_quantity
          return (
            <li key={line.line_id} className={css.line} data-chosen={units > 0 || undefined} data-gone={left === 0 || undefined}>
              <div className={css.what}>
                <strong>{line.name}</strong>
                <small>
                  {format.money(line.price)}
                  {' · '}
                  {left === 0 ? t('nothingLeft') : t('leftOf', { left: format.integer(left), sold: format.integer(line.quantity) })}
                </small>
              </div>
              {left > 0 && (
                <div className={css.stepper}>
                  <button type="button" aria-label={t('less', { name: line.name })} disabled={units === 0} onClick={() => set(line, units - 1)}>
                    <Icon name="minus" size={16} />
                  </button>
                  <input
                    inputMode="numeric"
                    aria-label={t('units', { name: line.name })}
                    value={units}
                    onFocus={(e) => e.currentTarget.select()}
                    onChange={(e) => set(line, Number(e.target.value.replace(/\D/g, '')))}
                  />
                  <button type="button" aria-label={t('more', { name: line.name })} disabled={units === left} onClick={() => set(line, units + 1)}>
                    <Icon name="plus" size={16} />
                  </button>
                </div>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
