import { Select } from 'antd'
import { useEffect, useState } from 'react'
import { useApi } from '@/shared/api/query'
import type { List, Product } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import type { FieldProps } from '@/shared/ui/fields'
import { text } from './text'

const pause = 250

/** Products by their SKU; found by name, SKU or barcode. */
export function SkusField({ id, value = [], onChange, disabled }: FieldProps<string[]>) {
  const t = useText(text)
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), pause)
    return () => clearTimeout(timer)
  }, [typed])
  const found = useApi<List<Product>>('/products', { query: { q, limit: 10 } }, { enabled: q !== '', keep: true })
  const products = q === '' ? [] : (found.data?.items ?? [])
  return (
    <Select<string[]>
      id={id}
      mode="multiple"
      value={value}
      disabled={disabled}
      onChange={(skus) => {
        setTyped('')
        onChange?.(skus)
      }}
      // The chosen ones show their SKU, which is what the rule names.
      optionLabelProp="value"
      showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
      placeholder={t('excludedFind')}
      notFoundContent={t('excludedFind')}
      options={products.map((product) => ({ value: product.sku, label: `${product.name} · ${product.sku}` }))}
    />
  )
}
