import { Dropdown } from 'antd'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { text } from './text'
import css from './shell.module.css'

/** Chooses the store that figures and lists are about. With a single store there is nothing to choose. */
export function StoreSwitch() {
  const t = useText(text)
  const w = useText(words)
  const { stores, storeId, chooseStore, storeName } = useSession()
  if (stores.length === 0) return null
  if (stores.length === 1) {
    return (
      <span className={css.storeFixed}>
        <Icon name="stores" />
        <span className={css.storeName}>{stores[0]?.name}</span>
      </span>
    )
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [storeId || 'all'],
        onClick: ({ key }) => chooseStore(key === 'all' ? '' : key),
        items: [
          { key: 'all', label: w('allStores') },
          { type: 'divider' },
          ...stores.map((store) => ({ key: store.id, label: store.name })),
        ],
      }}
    >
      <button type="button" className={css.storeButton} aria-label={t('chooseStore')}>
        <Icon name="stores" />
        <span className={css.storeName}>{storeId ? storeName(storeId) : w('allStores')}</span>
        <Icon name="down" size={14} />
      </button>
    </Dropdown>
  )
}
