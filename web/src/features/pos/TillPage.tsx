import { useEffect, useState, type ReactNode } from 'react'
import { useApi } from '@/shared/api/query'
import type { List, Store } from '@/shared/api/types'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { Mark } from '@/shared/mark/Mark'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from '@/shared/ui/Empty'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Splash } from '@/shared/ui/Splash'
import { estimate, pieces } from './bill'
import { CartPane } from './CartPane'
import { GoodsPane } from './GoodsPane'
import { MemberPane } from './MemberPane'
import { MoreSheet, SignOut } from './MoreSheet'
import { OrdersPane } from './OrdersPane'
import { PrintOut } from './Paper'
import { Act, IconAct } from './parts'
import { PayPane } from './PayPane'
import { ReceiptPane } from './ReceiptPane'
import { ClearSheet, DiscountSheet, KeySheet, PointsSheet, QuantitySheet } from './sheets'
import { text } from './text'
import css from './till.module.css'
import { TillProvider, useTill } from './till'
import { useKeyboard } from './useKeyboard'

/** The store of this device; its own, so that the console's choice does not move the till. */
const keptStore = 'huiji.pos.store'

/** The whole cashier: who may sell, where, and then the till itself. */
export default function TillPage() {
  const t = useText(text)
  const w = useText(words)
  const { can, stores: mine } = useSession()
  // The same answer that the session keeps; here it is needed to tell loading from none.
  const asked = useApi<List<Store>>('/stores')
  const stores = mine.filter((store) => store.status === 'open')
  const [chosen, setChosen] = useState(() => localStorage.getItem(keptStore) ?? '')
  useEffect(() => {
    document.title = `${w('product')} · ${t('title')}`
  }, [w, t])
  const choose = (id: string) => {
    if (id) localStorage.setItem(keptStore, id)
    setChosen(id)
  }
  if (!can('order.sell')) {
    return (
      <Alone>
        <Empty page icon="lock" title={t('notAllowed')} line={t('notAllowedLine')} action={<SignOut />} />
      </Alone>
    )
  }
  if (asked.isPending) return <Splash />
  if (asked.isError) return <ErrorState problem={asked.error} retry={() => void asked.refetch()} page />
  if (stores.length === 0) {
    return (
      <Alone>
        <Empty page icon="stores" title={t('noStore')} line={t('noStoreLine')} action={<SignOut />} />
      </Alone>
    )
  }
  const store = stores.length === 1 ? stores[0] : stores.find((one) => one.id === chosen)
  if (!store) return <StoreChoice stores={stores} choose={choose} />
  return (
    <TillProvider key={store.id} store={store} changeStore={() => choose('')}>
      <Room />
    </TillProvider>
  )
}

function Alone({ children }: { children: ReactNode }) {
  return <div className={css.alone}>{children}</div>
}

function StoreChoice({ stores, choose }: { stores: readonly Store[]; choose: (id: string) => void }) {
  const t = useText(text)
  return (
    <div className={css.alone}>
      <div className={css.storeChoice}>
        <span className={css.mark}>
          <Mark size={32} />
        </span>
        <h1>{t('chooseStore')}</h1>
        <p>{t('chooseStoreLine')}</p>
        <ul>
          {stores.map((store) => (
            <li key={store.id}>
              <button type="button" onClick={() => choose(store.id)}>
                <Icon name="stores" size={24} />
                <span>
                  <strong>{store.name}</strong>
                  <small>{[store.code, store.address].filter(Boolean).join(' · ')}</small>
                </span>
                <Icon name="right" size={20} />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function Room() {
  useKeyboard()
  const { pane, sheet } = useTill()
  return (
    <div className={css.till} data-pane={pane}>
      <div className={css.room}>
        <CartPane />
        <div className={css.right}>
          {pane === 'goods' && <GoodsPane />}
          {pane === 'member' && <MemberPane />}
          {pane === 'pay' && <PayPane />}
          {pane === 'receipt' && <ReceiptPane />}
          {pane === 'orders' && <OrdersPane />}
          <WordBar />
        </div>
      </div>
      <CartBar />
      <StateLine />
      {sheet === 'keys' && <KeySheet />}
      {sheet === 'more' && <MoreSheet />}
      {sheet === 'quantity' && <QuantitySheet />}
      {sheet === 'points' && <PointsSheet />}
      {sheet === 'discount' && <DiscountSheet />}
      {sheet === 'clear' && <ClearSheet />}
      <PrintOut />
    </div>
  )
}

/** On a phone: what the bill comes to, and the way into it. */
function CartBar() {
  const t = useText(text)
  const format = useFormat()
  const { bill, pricing, total, cartOpen, openCart, pane } = useTill()
  const count = pieces(bill)
  if (pane !== 'goods' || cartOpen) return null
  return (
    <div className={css.bar}>
      <button type="button" className={css.barCart} aria-label={t('openCart')} onClick={() => openCart(true)}>
        <span className={css.barCount}>{count > 99 ? '99+' : count}</span>
        <span className={css.barTotal}>{format.money(pricing.quote ? total : estimate(bill))}</span>
        <Icon name="up" size={20} />
      </button>
      <Act id="pay" tone="primary" large className={css.barPay} />
    </div>
  )
}

/** A short word to the cashier; it goes by itself. */
function WordBar() {
  const t = useText(text)
  const { word, hush } = useTill()
  useEffect(() => {
    if (!word) return
    const timer = setTimeout(hush, word.act ? 7000 : 4000)
    return () => clearTimeout(timer)
  }, [word, hush])
  return (
    <div className={css.wordPlace} aria-live={word?.tone === 'bad' ? 'assertive' : 'polite'}>
      {word && (
        <div key={word.id} className={css.word} data-tone={word.tone}>
          <Icon name={word.tone === 'bad' ? 'warning' : word.tone === 'good' ? 'check' : 'info'} size={20} />
          <span>{word.text}</span>
          {word.act && (
            <button
              type="button"
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => {
                word.act?.run()
                hush()
              }}
            >
              {word.act.label}
            </button>
          )}
          <IconAct icon="close" label={t('close')} onClick={hush} />
        </div>
      )}
    </div>
  )
}

/** The state of the till, always in sight. */
function StateLine() {
  const t = useText(text)
  const { me } = useSession()
  const { store, online, attempt } = useTill()
  return (
    <footer className={css.state}>
      <span className={css.stateItem}>
        <Icon name="stores" size={16} />
        <span className={css.ellipsis}>{store.name}</span>
      </span>
      <span className={css.stateItem}>
        <span className={css.ellipsis}>{t('cashier', { name: me.staff?.name || me.staff?.account || '' })}</span>
      </span>
      <span className={css.stateItem} data-tone={online ? 'green' : 'red'} role="status" title={online ? undefined : t('offlineLine')}>
        <i aria-hidden="true" />
        {t(online ? 'online' : 'offline')}
      </span>
      {attempt?.unsure && (
        <span className={css.stateItem} data-tone="amber">
          <i aria-hidden="true" />
          {t('unconfirmed')}
        </span>
      )}
      <Clock />
    </footer>
  )
}

function Clock() {
  const format = useFormat()
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 10_000)
    return () => clearInterval(timer)
  }, [])
  const at = now.toISOString()
  return (
    <time className={css.clock} dateTime={at}>
      <span>{format.day(at)}</span> {format.time(at)}
    </time>
  )
}
