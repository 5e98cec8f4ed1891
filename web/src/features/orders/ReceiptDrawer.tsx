import { Button, Drawer } from 'antd'
import { useApi } from '@/shared/api/query'
import type { Receipt } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { PrintedReceipt, ReceiptPaper } from '@/shared/receipt/ReceiptPaper'
import { useText } from '@/shared/text/text'
import { ErrorState } from '@/shared/ui/ErrorState'
import { formCss } from '@/shared/ui/fields'
import { Splash } from '@/shared/ui/Splash'
import css from './orders.module.css'
import { text } from './text'

/** The receipt of an order, as it was given to the customer. */
export function ReceiptDrawer({ id, open, close }: { id: string; open: boolean; close: () => void }) {
  const t = useText(text)
  const receipt = useApi<Receipt>('/orders/{id}/receipt', { path: { id } }, { enabled: open })
  return (
    <Drawer
      open={open}
      onClose={close}
      size={400}
      title={t('receiptTitle')}
      destroyOnHidden
      classNames={{ body: css.receiptBody }}
      footer={
        <div className={formCss.foot}>
          <Button type="primary" disabled={!receipt.data} icon={<Icon name="print" size={16} />} onClick={() => window.print()}>
            {t('print')}
          </Button>
        </div>
      }
    >
      {receipt.isPending && <Splash />}
      {receipt.isError && <ErrorState problem={receipt.error} retry={() => void receipt.refetch()} />}
      {receipt.data && <ReceiptPaper receipt={receipt.data} />}
      {receipt.data && open && <PrintedReceipt receipt={receipt.data} />}
    </Drawer>
  )
}
