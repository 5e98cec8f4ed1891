import { AutoComplete, Button, Drawer, Form, Input, Segmented, Switch } from 'antd'
import { call } from '@/shared/api/client'
import { useApi, useDrop } from '@/shared/api/query'
import type { Category, List, Product } from '@/shared/api/types'
import { basisPoints } from '@/shared/format/format'
import { useFormat } from '@/shared/format/useFormat'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { ErrorState } from '@/shared/ui/ErrorState'
import { MoneyField, formCss } from '@/shared/ui/fields'
import { FormDrawer } from '@/shared/ui/FormDrawer'
import { Properties } from '@/shared/ui/PageHead'
import { Splash } from '@/shared/ui/Splash'
import { useTell } from '@/shared/ui/tell'
import { Dash, StatusDot } from '@/shared/ui/values'
import { BarcodesField } from './BarcodesField'
import { changeBody, createBody, type ProductValues } from './product'
import css from './products.module.css'
import { RateField } from './RateField'
import { text } from './text'

/** Adds a product or a service. */
export function CreateDrawer({ open, close }: { open: boolean; close: () => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  return (
    <FormDrawer<ProductValues>
      open={open}
      close={close}
      title={t('create')}
      line={t('createLine')}
      act={(values) => (values.name?.trim() ? t('createNamed', { name: values.name.trim() }) : t('createAct'))}
      initial={{ kind: 'goods', earns_points: true }}
      submit={async (values, key) => {
        const made = await call<Product>('POST', '/products', { body: createBody(values), key })
        await drop(['/products', '/categories', '/reports'])
        tell.done(t('created_', { name: made.name }))
      }}
    >
      <Fields />
    </FormDrawer>
  )
}

/** One product, by its SKU in the address: to change, or only to look at. */
export function OneProduct({ sku, close, turn }: { sku: string; close: () => void; turn: (product: Product) => void }) {
  const t = useText(text)
  const { can } = useSession()
  const product = useApi<Product>('/products/{sku}', { path: { sku } }, { enabled: sku !== '' })
  const known = sku !== '' && product.data?.sku === sku ? product.data : undefined
  if (known && can('catalog.write')) return <EditDrawer product={known} close={close} turn={turn} />
  return (
    <Drawer open={sku !== ''} onClose={close} size={480} title={t('viewTitle')} destroyOnHidden>
      {product.isPending && <Splash />}
      {product.isError && <ErrorState problem={product.error} retry={() => void product.refetch()} />}
      {known && <View product={known} />}
    </Drawer>
  )
}

function EditDrawer({ product, close, turn }: { product: Product; close: () => void; turn: (product: Product) => void }) {
  const t = useText(text)
  const drop = useDrop()
  const tell = useTell()
  return (
    <FormDrawer<ProductValues>
      open
      close={close}
      title={t('editTitle')}
      act={t('editAct')}
      initial={{ ...product }}
      submit={async (values) => {
        const body = changeBody(product, values)
        if (Object.keys(body).length === 0) return
        const after = await call<Product>('PATCH', '/products/{sku}', { path: { sku: product.sku }, body })
        await drop(['/products', '/categories'])
        tell.done(t('edited', { name: after.name }))
      }}
    >
      <div className={css.state}>
        <StatusDot tone={product.status === 'active' ? 'green' : 'slate'}>{t(product.status)}</StatusDot>
        <Button size="small" onClick={() => turn(product)}>
          {t(product.status === 'active' ? 'archive' : 'unarchive')}
        </Button>
      </div>
      <Fields known />
    </FormDrawer>
  )
}

function Fields({ known }: { known?: boolean }) {
  const t = useText(text)
  const w = useText(words)
  const categories = useApi<List<Category>>('/categories')
  const required = { required: true, whitespace: true, message: w('required') }
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={[required]}>
        <Input autoComplete="off" maxLength={120} autoFocus={!known} />
      </Form.Item>
      <div className={formCss.row}>
        <Form.Item name="sku" label={t('sku')} extra={t(known ? 'skuFixed' : 'skuHelp')} rules={known ? [] : [required]}>
          <Input autoComplete="off" maxLength={64} disabled={known} />
        </Form.Item>
        <Form.Item name="price" label={t('price')} extra={t('priceHelp')} rules={[{ required: true, message: w('required') }, { type: 'number', min: 0, message: t('positive') }]}>
          <MoneyField />
        </Form.Item>
      </div>
      <Form.Item name="kind" label={t('kind')} extra={t('kindHelp')}>
        <Segmented
          block
          options={[
            { value: 'goods', label: t('goods') },
            { value: 'service', label: t('service') },
          ]}
        />
      </Form.Item>
      <div className={formCss.row}>
        <Form.Item name="category" label={t('category')} extra={t('categoryHelp')}>
          <AutoComplete
            maxLength={40}
            allowClear
            showSearch={{ filterOption: (typed, option) => String(option?.value ?? '').toLowerCase().includes(typed.toLowerCase()) }}
            options={(categories.data?.items ?? []).map(({ name, products }) => ({ value: name, label: t('categoryCount', { name, count: products }) }))}
          />
        </Form.Item>
        <Form.Item name="brand" label={t('brand')}>
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
      </div>
      <Form.Item name="barcodes" label={t('barcodes')} extra={t('barcodesHelp')}>
        <BarcodesField />
      </Form.Item>
      <Form.Item name="tax_rate" label={t('taxRate')} extra={t('taxHelp')}>
        <RateField />
      </Form.Item>
      <div className={css.earns}>
        <Form.Item name="earns_points" valuePropName="checked" noStyle>
          <Switch aria-label={t('earnsYes')} />
        </Form.Item>
        <div>
          <p>{t('earnsYes')}</p>
          <p className={css.help}>{t('earnsHelp')}</p>
        </div>
      </div>
    </>
  )
}

function View({ product }: { product: Product }) {
  const t = useText(text)
  const format = useFormat()
  return (
    <Properties
      items={[
        { label: t('name'), value: product.name },
        { label: t('sku'), value: product.sku },
        { label: t('status'), value: <StatusDot tone={product.status === 'active' ? 'green' : 'slate'}>{t(product.status)}</StatusDot> },
        { label: t('kind'), value: t(product.kind) },
        { label: t('price'), value: format.money(product.price) },
        { label: t('taxRate'), value: basisPoints(product.tax_rate) },
        { label: t('category'), value: product.category || <Dash /> },
        { label: t('brand'), value: product.brand || <Dash /> },
        { label: t('barcodes'), value: product.barcodes.join('、') || <Dash /> },
        { label: t('earns'), value: t(product.earns_points ? 'earnsYes' : 'earnsNo') },
        { label: t('created'), value: format.minute(product.created_at) },
      ]}
    />
  )
}
