import { useEffect, useRef } from 'react'
import type { OrderLine } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import type { BillLine } from './bill'
import { mostQuantity } from './box'
import css from './cart.module.css'
import { MemberStrip } from './MemberStrip'
import { IconAct } from './parts'
import { text } from './text'
import { useTill } from './till'
import { Totals } from './Totals'

/** The bill: its member, its lines, what is due. */
export function CartPane() {
  const t = useText(text)
  const { bill, pricing, cartOpen, openCart, pane, situation } = useTill()
  // While money is being taken the lines stand still.
  const open = pane !== 'pay' && !situation.locked
  const list = useRef<HTMLUListElement>(null)
  const some = bill.lines.length > 0
  // When the foot grows, the selected line stays in sight.
  useEffect(() => {
    const lines = list.current
    if (!lines) return
    const watch = new ResizeObserver(() => lines.querySelector('[data-selected]')?.scrollIntoView({ block: 'nearest' }))
    watch.observe(lines)
    return () => watch.disconnect()
  }, [some])
  const priced = new Map(pricing.quote?.lines.map((line) => [line.sku, line]))
  return (
    <section className={css.cart} data-open={cartOpen || undefined} aria-label={t('cart')}>
      <div className={css.sheetHead}>
        <h2>{t('cart')}</h2>
        <IconAct icon="down" label={t('closeCart')} onClick={() => openCart(false)} />
      </div>
      <MemberStrip />
      {!some ? (
        <div className={css.empty}>
          <Icon name="pos" size={28} />
          <p className={css.emptyTitle}>{t('cartEmpty')}</p>
          <p className={css.emptyLine}>{t('cartEmptyLine')}</p>
          <p className={css.emptyLineSmall}>{t('cartEmptyLineSmall')}</p>
        </div>
      ) : (
        <ul ref={list} className={css.lines}>
          {bill.lines.map((line) => (
            <Line key={line.sku} line={line} priced={priced.get(line.sku)} selected={open && line.sku === bill.selected} />
          ))}
        </ul>
      )}
      <Totals />
    </section>
  )
}

function Line({ line, priced, selected }: { line: BillLine; priced: OrderLine | undefined; selected: boolean }) {
  const t = useText(text)
  const format = useFormat()
  const { change, verbs } = useTill()
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (selected) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [selected, line.quantity])
  // The server's price where it has answered for this very quantity, otherwise the one known here.
  const price = priced?.price ?? line.price
  const amount = priced?.quantity === line.quantity ? priced.amount : price * line.quantity
  const set = (quantity: number) => change({ do: 'quantity', sku: line.sku, quantity })
  return (
    <li ref={ref} className={css.line} data-selected={selected || undefined}>
      <button
        type="button"
        className={css.lineMain}
        aria-pressed={selected}
        onMouseDown={(e) => e.preventDefault()}
        onClick={() => change({ do: 'select', sku: line.sku })}
      >
        <span className={css.lineName}>{line.name}</span>
        <span className={css.lineAmount}>{format.money(amount)}</span>
        {!selected && (
          <span className={css.linePrice}>
            {format.integer(line.quantity)} × {format.money(price)}
          </span>
        )}
      </button>
      {selected && (
        <div className={css.lineTools}>
          <span className={css.linePrice}>{format.money(price)}</span>
          <IconAct icon="trash" label={t('doRemove')} onClick={verbs.removeSelected} />
          <span className={css.stepper}>
            <IconAct icon="minus" label={t('less')} disabled={line.quantity <= 1} onClick={() => set(line.quantity - 1)} />
            <button
              type="button"
              className={css.quantity}
              aria-label={`${t('quantityOf', { name: line.name })}: ${line.quantity}`}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => verbs.show('quantity')}
            >
              {format.integer(line.quantity)}
            </button>
            <IconAct icon="plus" label={t('more')} disabled={line.quantity >= mostQuantity} onClick={() => set(line.quantity + 1)} />
          </span>
        </div>
      )}
    </li>
  )
}
