import { useEffect, useState } from 'react'
import { useList } from '@/shared/api/query'
import type { OrderItem, OrderStatus } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Splash } from '@/shared/ui/Splash'
import { StatusDot, type Tone } from '@/shared/ui/values'
import { OrderDetail } from './OrderDetail'
import css from './orders.module.css'
import { Button, IconAct, PaneHead } from './parts'
import { text } from './text'
import { useTill } from './till'

const statuses = {
  completed: ['green', 'statusCompleted'],
  partly_refunded: ['amber', 'statusPartlyRefunded'],
  refunded: ['slate', 'statusRefunded'],
} as const satisfies Record<OrderStatus, readonly [Tone, string]>

/** An order's status as a dot and a word. */
export function Status({ status }: { status: OrderStatus }) {
  const t = useText(text)
  const [tone, name] = statuses[status]
  return <StatusDot tone={tone}>{t(name)}</StatusDot>
}

/** What was sold at this store today; a number, typed whole or scanned, finds any order. */
export function OrdersPane() {
  const t = useText(text)
  const { orderId } = useTill()
  return (
    <section className={css.pane} aria-label={t('ordersTitle')}>
      <PaneHead title={t('ordersTitle')} />
      <div className={css.halves} data-order={orderId !== '' || undefined}>
        <List />
        <div className={css.detail}>
          {orderId ? <OrderDetail key={orderId} id={orderId} /> : <Empty icon="orders" title={t('orderPick')} />}
        </div>
      </div>
    </section>
  )
}

function List() {
  const t = useText(text)
  const w = useText(words)
  const format = useFormat()
  const { store, orderId, openOrder, orderQuery, lookForOrder } = useTill()
  const [typed, setTyped] = useState(orderQuery)
  useEffect(() => setTyped(orderQuery), [orderQuery])
  const q = orderQuery.trim()
  const orders = useList<OrderItem>('/orders', { query: q ? { q } : { store_id: store.id, from: format.today() } }, { limit: 50 })
  const only = q !== '' && !orders.isPlaceholderData && orders.items.length === 1 ? orders.items[0]?.id : undefined
  useEffect(() => {
    if (only) openOrder(only)
    // Only what was just found opens by itself.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [only])
  return (
    <div className={css.list}>
      <div className={css.find}>
        <Icon name="search" size={20} />
        <input
          type="text"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          enterKeyHint="search"
          value={typed}
          placeholder={t('ordersHint')}
          aria-label={t('ordersHint')}
          onChange={(e) => {
            setTyped(e.target.value)
            if (e.target.value === '') lookForOrder('')
          }}
          onKeyDown={(e) => e.key === 'Enter' && !e.nativeEvent.isComposing && lookForOrder(typed)}
        />
        {typed && <IconAct icon="close" label={t('boxClear')} onClick={() => lookForOrder('')} />}
      </div>
      {orders.isError ? (
        <ErrorState problem={orders.error} retry={() => void orders.refetch()} />
      ) : orders.isPending ? (
        <Splash />
      ) : orders.items.length === 0 ? (
        <Empty
          icon="orders"
          title={q ? t('ordersNotFound', { q }) : t('ordersNone')}
          line={t(q ? 'ordersNotFoundLine' : 'ordersNoneLine')}
        />
      ) : (
        <div className={css.scroll}>
          <ul>
            {orders.items.map((order) => (
              <li key={order.id}>
                <button type="button" className={css.order} aria-pressed={order.id === orderId} onClick={() => openOrder(order.id)}>
                  <span className={css.time}>{q ? format.day(order.occurred_at) : format.time(order.occurred_at)}</span>
                  <span className={css.about}>
                    <span className={css.number}>{order.number}</span>
                    <small>
                      {t('linesCount', { count: order.lines_count })} · {order.member_id ? t('memberOrder') : t('walkIn')}
                      {order.staff_name && ` · ${order.staff_name}`}
                    </small>
                  </span>
                  <span className={css.amount}>
                    <strong>{format.money(order.total)}</strong>
                    {order.status !== 'completed' && (
                      <small>
                        <Status status={order.status} />
                      </small>
                    )}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {orders.hasNextPage && (
            <Button className={css.moreOrders} disabled={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
              {w('loadMore')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
