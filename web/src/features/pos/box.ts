import type { Product } from '@/shared/api/types'

/** How something came into the one box: by hand, or from a scanner. */
export type Source = 'typed' | 'scanned'

/** What the one box was asked for. */
export type Meant =
  | { kind: 'nothing' }
  | { kind: 'phone'; phone: string }
  /** Four digits: the end of a phone number. */
  | { kind: 'tail'; digits: string }
  /** Exactly this barcode, SKU or card. */
  | { kind: 'code'; code: string; quantity: number }
  /** Words, pinyin initials or a part of a code. */
  | { kind: 'search'; words: string; quantity: number }
  /** `5*` alone: how many of the line that is selected. */
  | { kind: 'quantity'; quantity: number }

/** The most pieces that one line can hold. */
export const mostQuantity = 99_999

/** The lengths of the codes that are printed on goods: EAN-8, UPC-A, EAN-13, GTIN-14. */
const codeLengths = new Set([8, 12, 13, 14])

/** Brings what was typed into form: full-width figures and signs become plain ones. */
function plain(text: string): string {
  return text.normalize('NFKC').trim()
}

/** The mobile number that was typed, with or without +86, blanks and hyphens; '' when it is none. */
export function phoneIn(text: string): string {
  const said = plain(text)
  if (!/^\+?[\d\s-]+$/.test(said)) return ''
  const match = /^(?:\+?86)?(1\d{10})$/.exec(said.replace(/[\s-]/g, ''))
  return match?.[1] ?? ''
}

/**
 * Reads the one box. `3*…` asks for three of what follows. What a scanner read is
 * a code as it stands, never a search; only a phone number remains one.
 */
export function readBox(text: string, source: Source): Meant {
  const said = plain(text)
  if (said === '') return { kind: 'nothing' }
  const phone = phoneIn(said)
  if (phone) return { kind: 'phone', phone }
  const times = source === 'typed' ? /^(\d{1,5})\s*[*×]\s*(.*)$/.exec(said) : null
  const quantity = times ? Math.min(Math.max(Number(times[1]), 1), mostQuantity) : 1
  const rest = times ? (times[2] ?? '') : said
  if (times && rest === '') return { kind: 'quantity', quantity }
  if (source === 'scanned') return { kind: 'code', code: rest, quantity }
  if (!times && /^\d{4}$/.test(rest)) return { kind: 'tail', digits: rest }
  if (/^\d+$/.test(rest) && codeLengths.has(rest.length)) return { kind: 'code', code: rest, quantity }
  return { kind: 'search', words: rest, quantity }
}

/** The words to look for while somebody is still typing; '' when it is nothing to search. */
export function wordsIn(text: string): string {
  const meant = readBox(text, 'typed')
  return meant.kind === 'search' ? meant.words : meant.kind === 'code' ? meant.code : ''
}

/** A scanner may add the leading zero that turns a UPC-A into an EAN-13. */
function barcodeKey(code: string): string {
  const key = plain(code).toUpperCase()
  return /^\d{12}$/.test(key) ? '0' + key : key
}

/** Whether the product is the one that the code names: by SKU in either case, or by a barcode. */
export function isNamed(product: Pick<Product, 'sku' | 'barcodes'>, code: string): boolean {
  const wanted = plain(code).toUpperCase()
  if (product.sku.toUpperCase() === wanted) return true
  return product.barcodes.some((barcode) => barcodeKey(barcode) === barcodeKey(wanted))
}
