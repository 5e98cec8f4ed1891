import type { ReactNode } from 'react'
import { Mark } from '@/shared/mark/Mark'
import { LanguageSwitch, ThemeSwitch } from '@/shared/shell/menus'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import css from './signin.module.css'

/** The frame of the pages that stand before the door: the mark, a title, a form. */
export function Outside(props: { title: string; line?: string; wide?: boolean; children?: ReactNode }) {
  const w = useText(words)
  return (
    <div className={css.outside}>
      <header className={css.top}>
        <span className={css.brand}>
          <Mark size={26} />
          {w('product')}
        </span>
        <span className={css.switches}>
          <ThemeSwitch />
          <LanguageSwitch />
        </span>
      </header>
      <main className={props.wide ? css.wide : css.narrow}>
        <div>
          <h1 className={css.title}>{props.title}</h1>
          {props.line && <p className={css.line}>{props.line}</p>}
        </div>
        {props.children}
      </main>
    </div>
  )
}
