import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Category, List, Product } from '@/shared/api/types'
import { useParams, useUrlState } from '@/shared/app/urlState'
import { basisPoints } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Confirm } from '@/shared/ui/Confirm'
import type { Column } from '@/shared/ui/DataTable'
import { ListPage } from '@/shared/ui/ListPage'
import { useTell } from '@/shared/ui/tell'
import { Chip, Dash, Money, StatusDot } from '@/shared/ui/values'
import { CreateDrawer, OneProduct } from './ProductDrawers'
import css from './products.module.css'
import { text } from './text'

export default function ProductsPage() {
  const t = useText(text)
  const w = useText(words)
  const { can } = useSession()
  const [state, setState] = useUrlState()
  const navigate = useNavigate()
  // A product has an address of its own; opened from the list it stands behind the list's filters.
  const { sku: named } = useParams({ strict: false }) as { sku?: string }
  const [turning, setTurning] = useState<Product | null>(null)
  const categories = useApi<List<Category>>('/categories')
  const writes = can('catalog.write')

  const columns: Column<Product>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (p) => (
        <>
          {p.name}
          {p.kind === 'service' && (
            <span className={css.kind}>
              <Chip>{t('service')}</Chip>
            </span>
          )}
        </>
      ),
    },
    { key: 'sku', title: t('sku'), width: 148, render: (p) => p.sku },
    { key: 'category', title: t('category'), width: 132, render: (p) => p.category || <Dash /> },
    { key: 'brand', title: t('brand'), width: 116, from: 'wide', render: (p) => p.brand || <Dash /> },
    { key: 'earns', title: t('earns'), width: 108, render: (p) => <span className={p.earns_points ? undefined : css.quiet}>{t(p.earns_points ? 'earnsYes' : 'earnsNo')}</span> },
    { key: 'status', title: t('status'), width: 104, render: (p) => <StatusDot tone={p.status === 'active' ? 'green' : 'slate'}>{t(p.status)}</StatusDot> },
    { key: 'tax', title: t('taxRate'), align: 'right', width: 84, from: 'wide', render: (p) => basisPoints(p.tax_rate) },
    { key: 'price', title: t('price'), align: 'right', width: 116, render: (p) => <Money amount={p.price} strong /> },
  ]
  const create = writes && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setState({ do: 'create', sku: '' }, { push: true })}>
      {t('create')}
    </Button>
  )
  return (
    <>
      <ListPage<Product>
        title={t('title')}
        line={t('line')}
        action={create}
        path="/products"
        query={({ q, status, category }) => ({ q, status, category })}
        columns={columns}
        rowKey={(p) => p.sku}
        open={(p) => setState({ sku: p.sku }, { push: true })}
        actions={
          writes
            ? (p) => [
                { key: 'edit', label: w('edit'), run: () => setState({ sku: p.sku }, { push: true }) },
                { key: 'turn', label: t(p.status === 'active' ? 'archive' : 'unarchive'), danger: p.status === 'active', run: () => setTurning(p) },
              ]
            : undefined
        }
        search={t('search')}
        views={[
          { key: 'all', label: t('viewAll'), state: {} },
          { key: 'active', label: t('active'), state: { status: 'active' } },
          { key: 'archived', label: t('archived'), state: { status: 'archived' } },
        ]}
        filters={[
          {
            kind: 'choice',
            name: 'category',
            label: t('category'),
            options: (categories.data?.items ?? []).map(({ name, products }) => ({ value: name, label: t('categoryCount', { name, count: products }) })),
          },
        ]}
        empty={{ icon: 'products', title: t('emptyTitle'), line: t('emptyLine'), action: create }}
      />
      <CreateDrawer open={state.do === 'create' && writes} close={() => setState({ do: '' })} />
      <OneProduct
        sku={state.sku || named || ''}
        close={() => (named ? void navigate({ to: '/products' }) : setState({ sku: '' }))}
        turn={setTurning}
      />
      <TurnDialog product={turning} close={() => setTurning(null)} />
    </>
  )
}

function TurnDialog({ product, close }: { product: Product | null; close: () => void }) {
  const t = useText(text)
  const format = useFormat()
  const drop = useDrop()
  const tell = useTell()
  // What is shown stays while the dialog closes.
  const [last, setLast] = useState<Product | null>(null)
  if (product !== null && product !== last) setLast(product)
  const archiving = last?.status === 'active'
  const name = last?.name ?? ''
  return (
    <Confirm
      open={product !== null}
      close={close}
      title={t(archiving ? 'archiveTitle' : 'unarchiveTitle', { name })}
      act={t(archiving ? 'archive' : 'unarchive')}
      danger={archiving}
      run={async () => {
        await call('PATCH', '/products/{sku}', { path: { sku: last?.sku ?? '' }, body: { status: archiving ? 'archived' : 'active' } })
        await drop(['/products', '/categories'])
        tell.done(t(archiving ? 'archivedDone' : 'unarchivedDone', { name }))
      }}
    >
      {archiving ? t('archiveBody') : t('unarchiveBody', { price: format.money(last?.price ?? 0) })}
    </Confirm>
  )
}
