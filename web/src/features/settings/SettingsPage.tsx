import { Link } from '@tanstack/react-router'
import { useEffect, useRef, type ReactElement } from 'react'
import { useParams } from '@/shared/app/urlState'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Empty } from '@/shared/ui/Empty'
import { PageHead } from '@/shared/ui/PageHead'
import { DebtRoom } from './DebtRoom'
import { EarningRoom } from './EarningRoom'
import { FieldsRoom } from './FieldsRoom'
import { MerchantRoom } from './MerchantRoom'
import { OffsetRoom } from './OffsetRoom'
import { ReceiptRoom } from './ReceiptRoom'
import css from './settings.module.css'
import { text } from './text'

const all = ['earning', 'offset', 'debt', 'receipt', 'merchant', 'fields'] as const

const bodies: Record<(typeof all)[number], ReactElement> = {
  earning: <EarningRoom />,
  offset: <OffsetRoom />,
  debt: <DebtRoom />,
  receipt: <ReceiptRoom />,
  merchant: <MerchantRoom />,
  fields: <FieldsRoom />,
}

/** The settings: their parts at the side, one of them open. */
export default function SettingsPage() {
  const t = useText(text)
  const w = useText(words)
  const { room = 'earning' } = useParams({ strict: false }) as { room?: string }
  const open = all.find((one) => one === room)
  const nav = useRef<HTMLElement>(null)
  // On a narrow window the parts stand in a row that scrolls.
  useEffect(() => nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [open])
  return (
    <div className={css.page}>
      <PageHead title={t('title')} line={t('line')} />
      <div className={css.layout}>
        <nav ref={nav} className={css.nav} aria-label={t('rooms')}>
          {all.map((one) => (
            <Link key={one} to={`/settings/${one}`} className={css.navItem} aria-current={one === open ? 'page' : undefined}>
              {t(one)}
            </Link>
          ))}
        </nav>
        <div className={css.body}>{open ? bodies[open] : <Empty icon="settings" title={w('notFoundTitle')} line={w('notFoundLine')} />}</div>
      </div>
    </div>
  )
}
