import { useEffect, useMemo, useState } from 'react'
import { useApi, useList } from '@/shared/api/query'
import type { Category, List, Product } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { readBox, wordsIn } from './box'
import css from './goods.module.css'
import { Act, Button, IconAct } from './parts'
import { text } from './text'
import { useTill } from './till'

/** How long typing must pause before the goods are searched, in milliseconds. */
const pauseFor = 150

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === '' ? 0 : pauseFor)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** The one box and, below it, what can be sold. */
export function GoodsPane() {
  const t = useText(text)
  const { box } = useTill()
  const [category, setCategory] = useState('')
  const q = useSettled(wordsIn(box.text))
  const meant = useMemo(() => readBox(box.text, 'typed'), [box.text])
  const goods = useList<Product>('/products', { query: { q, category: q ? '' : category, status: 'active' } }, { limit: 60 })
  const asked = meant.kind === 'phone' ? meant.phone : meant.kind === 'tail' ? meant.digits : ''
  return (
    <section className={css.pane} aria-label={t('goods')}>
      <h1 className="visually-hidden">{t('goods')}</h1>
      <OneBox found={q ? goods.items.length : 0} />
      {asked ? (
        <p className={css.hint} role="status">
          <Icon name="members" size={20} />
          {t('enterMember', { q: asked })}
        </p>
      ) : q ? (
        <p className={css.hint} role="status">
          {t('shownFor', { q })}
        </p>
      ) : (
        <Categories chosen={category} choose={setCategory} />
      )}
      <Grid goods={goods} q={q} />
    </section>
  )
}

function OneBox({ found }: { found: number }) {
  const t = useText(text)
  const { box, boxField, misses, take, verbs } = useTill()
  useEffect(() => {
    // A finger would only make the on-screen keyboard jump up.
    if (window.matchMedia('(pointer: fine)').matches) boxField.current?.focus()
  }, [boxField])
  useEffect(() => {
    if (misses > 0) boxField.current?.select()
  }, [misses, boxField])
  return (
    <div className={css.top}>
      <div className={css.box}>
        <Icon name="search" size={20} />
        <input
          ref={boxField}
          data-till="box"
          type="text"
          enterKeyHint="go"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          value={box.text}
          placeholder={t('boxHint')}
          aria-label={t('boxHint')}
          onChange={(e) => box.set(e.target.value)}
          onKeyDown={(e) => {
            // Enter that only ends the composing of a word is not meant for us.
            if (e.nativeEvent.isComposing) return
            if (e.key === 'Enter') take(box.text, 'typed')
            if (e.key === 'ArrowDown' && found > 0) box.mark(Math.min(box.marked + 1, found - 1))
            if (e.key === 'ArrowUp' && found > 0) box.mark(Math.max(box.marked - 1, 0))
            if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && found > 0) e.preventDefault()
          }}
        />
        {box.text ? (
          <IconAct
            icon="close"
            label={t('boxClear')}
            onClick={() => {
              box.set('')
              boxField.current?.focus()
            }}
          />
        ) : (
          <kbd className={css.boxCap}>F2</kbd>
        )}
      </div>
      <Act id="orders" icon="orders" className={css.topAct} aria-label={t('doOrders')} />
      <Button icon="info" cap="F1" tone="quiet" className={css.topKeys} aria-label={t('doKeys')} onClick={() => verbs.show('keys')} />
      <IconAct icon="menu" label={t('settings')} onClick={() => verbs.show('more')} />
    </div>
  )
}

function Categories({ chosen, choose }: { chosen: string; choose: (category: string) => void }) {
  const t = useText(text)
  const { data } = useApi<List<Category>>('/categories')
  const named = data?.items.filter((category) => category.name !== '') ?? []
  if (named.length === 0) return <div className={css.noCategories} />
  return (
    <div className={css.categories} role="group" aria-label={t('goods')}>
      {[{ name: '' }, ...named].map(({ name }) => (
        <button key={name} type="button" className={css.category} aria-pressed={chosen === name} onMouseDown={(e) => e.preventDefault()} onClick={() => choose(name)}>
          {name || t('allGoods')}
        </button>
      ))}
    </div>
  )
}

function Grid({ goods, q }: { goods: ReturnType<typeof useList<Product>>; q: string }) {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const { bill, box, addGood, situation } = useTill()
  const counts = useMemo(() => new Map(bill.lines.map((line) => [line.sku, line.quantity])), [bill.lines])
  const marked = q ? Math.min(box.marked, goods.items.length - 1) : -1
  useEffect(() => {
    if (marked > 0) document.querySelector('[data-marked="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [marked])

  if (goods.isError) return <ErrorState problem={goods.error} retry={() => void goods.refetch()} />
  if (goods.isPending) {
    return (
      <div className={css.grid} aria-busy="true" aria-label={w('loading')}>
        {Array.from({ length: 18 }, (_, i) => (
          <div key={i} className={css.bone} />
        ))}
      </div>
    )
  }
  if (goods.items.length === 0) {
    return q ? (
      <Empty icon="search" title={t('nothingFound', { q })} line={t('nothingFoundLine')} />
    ) : (
      <Empty icon="products" title={t('goodsNone')} line={t('goodsNoneLine')} />
    )
  }
  return (
    <div className={css.scroll}>
      <ul className={css.grid}>
        {goods.items.map((product, i) => {
          const count = counts.get(product.sku)
          return (
            <li key={product.sku}>
              <button
                type="button"
                className={css.good}
                data-marked={i === marked || undefined}
                disabled={situation.locked}
                aria-label={t('addGood', { name: product.name, price: format.money(product.price) })}
                onMouseDown={(e) => e.preventDefault()}
                onClick={() => {
                  addGood(product)
                  if (q) box.set('')
                }}
              >
                <span className={css.name}>{product.name}</span>
                <span className={css.price}>{format.money(product.price)}</span>
                {count !== undefined && <span className={css.count}>{format.integer(count)}</span>}
              </button>
            </li>
          )
        })}
      </ul>
      {goods.hasNextPage && (
        <Button className={css.moreGoods} disabled={goods.isFetchingNextPage} onClick={() => void goods.fetchNextPage()}>
          {w('loadMore')}
        </Button>
      )}
    </div>
  )
}
