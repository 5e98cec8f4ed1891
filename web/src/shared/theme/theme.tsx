import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { useLanguage } from '@/shared/text/text'
import { antdTheme } from './antd'
import { dark, light, paint, type Palette } from './tokens'
import './base.css'

/** What the person chose; `system` follows the device. */
export type Mode = 'light' | 'dark' | 'system'

interface Theme {
  mode: Mode
  setMode: (mode: Mode) => void
  isDark: boolean
  palette: Palette
}

const kept = 'huiji.theme'
const context = createContext<Theme | null>(null)

/** The theme in force and the way to change it. */
export function useTheme(): Theme {
  const theme = useContext(context)
  if (!theme) throw new Error('useTheme needs a ThemeProvider above it')
  return theme
}

function readMode(): Mode {
  const value = localStorage.getItem(kept)
  return value === 'light' || value === 'dark' ? value : 'system'
}

function useSystemDark(): boolean {
  const query = useMemo(() => window.matchMedia('(prefers-color-scheme: dark)'), [])
  const [isDark, setDark] = useState(query.matches)
  useEffect(() => {
    const listen = (e: MediaQueryListEvent) => setDark(e.matches)
    query.addEventListener('change', listen)
    return () => query.removeEventListener('change', listen)
  }, [query])
  return isDark
}

/** The nonce that the server wrote into the page; undefined where nobody replaced it. */
function pageNonce(): string | undefined {
  const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
  return value && !value.startsWith('__') ? value : undefined
}

/** Colours, component theme, and the library's own words in the chosen language. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [mode, setModeState] = useState<Mode>(readMode)
  const systemDark = useSystemDark()
  const isDark = mode === 'dark' || (mode === 'system' && systemDark)
  const palette = isDark ? dark : light
  const language = useLanguage()

  useLayoutEffect(() => {
    const root = document.documentElement
    root.dataset.theme = isDark ? 'dark' : 'light'
    root.style.colorScheme = isDark ? 'dark' : 'light'
    paint(root, palette)
  }, [isDark, palette])

  const value = useMemo<Theme>(
    () => ({
      mode,
      isDark,
      palette,
      setMode: (next) => {
        localStorage.setItem(kept, next)
        setModeState(next)
      },
    }),
    [mode, isDark, palette],
  )
  const config = useMemo(() => antdTheme(palette, isDark), [palette, isDark])
  const csp = useMemo(() => ({ nonce: pageNonce() }), [])

  return (
    <context.Provider value={value}>
      <ConfigProvider
        theme={config}
        csp={csp}
        locale={language === 'en' ? enUS : zhCN}
        wave={{ disabled: true }}
        button={{ autoInsertSpace: false }}
        form={{ requiredMark: false }}
      >
        <AntApp component={false} message={{ top: 60, maxCount: 3 }}>
          {children}
        </AntApp>
      </ConfigProvider>
    </context.Provider>
  )
}
