import i18next from 'i18next'
import { useCallback } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'

/** The languages of the product; Chinese is the default. */
export type Language = 'zh' | 'en'

/**
 * One sentence in both languages, side by side: Chinese, English, and where a
 * `count` makes a difference in English the plural third.
 */
export type Said = readonly [zh: string, en: string, enMany?: string]

/** The sentences of one feature, by key. */
export interface Text<K extends string> {
  readonly name: string
  readonly said: Readonly<Record<K, Said>>
}

/** Says the sentence of a key, with values filled into its `{{…}}` places. */
export type Say<K extends string> = (key: K, values?: Record<string, string | number>) => string

const kept = 'huiji.language'

function readLanguage(): Language {
  if (typeof localStorage === 'undefined') return 'zh'
  const value = localStorage.getItem(kept)
  return value === 'en' || value === 'zh' ? value : 'zh'
}

void i18next.use(initReactI18next).init({
  lng: readLanguage(),
  fallbackLng: 'zh',
  resources: {},
  ns: [],
  initAsync: false,
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
})

/** Declares a feature's sentences. `name` is unique; a feature's text.ts is the only caller. */
export function defineText<K extends string>(name: string, said: Record<K, Said>): Text<K> {
  const zh: Record<string, string> = {}
  const en: Record<string, string> = {}
  for (const [key, [chinese, english, many]] of Object.entries<Said>(said)) {
    zh[key] = chinese
    if (many === undefined) {
      en[key] = english
    } else {
      en[`${key}_one`] = english
      en[`${key}_other`] = many
    }
  }
  i18next.addResourceBundle('zh', name, zh, false, true)
  i18next.addResourceBundle('en', name, en, false, true)
  return { name, said }
}

/** The sentences of a feature in the language now chosen. */
export function useText<K extends string>(text: Text<K>): Say<K> {
  const { t } = useTranslation(text.name)
  return useCallback((key, values) => t(key, values ?? {}), [t])
}

/** The same outside of components. */
export function say<K extends string>(text: Text<K>, key: K, values?: Record<string, string | number>): string {
  return i18next.t(key, { ns: text.name, ...values })
}

/** The language now chosen. */
export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? 'en' : 'zh'
}

/** The language now chosen, outside of components. */
export function language(): Language {
  return i18next.language === 'en' ? 'en' : 'zh'
}

/** Changes the language and remembers it on this device. */
export function setLanguage(next: Language): void {
  localStorage.setItem(kept, next)
  document.documentElement.lang = next === 'en' ? 'en' : 'zh-CN'
  void i18next.changeLanguage(next)
}

/** Picks from a pair that is not a key, as in a menu entry's label. */
export function usePick(): (pair: Said) => string {
  const chosen = useLanguage()
  return useCallback((pair) => (chosen === 'en' ? pair[1] : pair[0]), [chosen])
}
