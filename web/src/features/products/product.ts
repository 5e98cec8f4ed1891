import type { Product } from '@/shared/api/types'

/** What the form of a product holds: price in the smallest unit, tax in basis points. */
export type ProductValues = Pick<Product, 'sku' | 'name' | 'price' | 'kind' | 'earns_points'> &
  Partial<Pick<Product, 'category' | 'brand' | 'barcodes' | 'tax_rate'>>

/** Reads a percentage as people type it into basis points: "13" and "13%" are 1300, "0.5" is 50; null when it is none. */
export function parseRate(typed: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{0,2}))?$/.exec(typed.trim().replace(/\s*[%％]$/, ''))
  if (!match) return null
  const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return value <= 10_000 ? value : null
}

/** Basis points as the plain figure of a field: 1300 is 13, 650 is 6.5. */
export function rateFigure(value: number): string {
  return String(value / 100)
}

/** A new product as the API takes it: what was left empty is left out. */
export function createBody(values: ProductValues): Record<string, unknown> {
  const all: Record<string, unknown> = {
    sku: values.sku.trim(),
    name: values.name.trim(),
    price: values.price,
    kind: values.kind,
    earns_points: values.earns_points,
    category: values.category?.trim(),
    brand: values.brand?.trim(),
    barcodes: values.barcodes?.length ? values.barcodes : undefined,
    tax_rate: values.tax_rate,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''))
}

/** Only what differs is sent; a text or a list that was emptied is sent as null, which clears it. */
export function changeBody(before: Product, after: ProductValues): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const put = (name: string, was: unknown, is: unknown) => {
    if (JSON.stringify(was) !== JSON.stringify(is)) body[name] = is
  }
  put('name', before.name, after.name.trim())
  put('price', before.price, after.price)
  put('kind', before.kind, after.kind)
  put('earns_points', before.earns_points, after.earns_points)
  put('tax_rate', before.tax_rate, after.tax_rate ?? 0)
  put('category', before.category || null, after.category?.trim() || null)
  put('brand', before.brand || null, after.brand?.trim() || null)
  put('barcodes', before.barcodes.length > 0 ? before.barcodes : null, after.barcodes?.length ? after.barcodes : null)
  return body
}

/** Several barcodes pasted at once, as a list without repetition. */
export function readBarcodes(given: readonly string[]): string[] {
  return [...new Set(given.flatMap((code) => code.split(/[\s,，;；]+/)).map((code) => code.trim()).filter(Boolean))]
}
