import css from './parts.module.css'

/** Texts that are often written into the field above; one click takes one over. */
export function Suggestions({ items, choose }: { items: readonly string[]; choose: (item: string) => void }) {
  return (
    <div className={css.suggestions}>
      {items.map((item) => (
        <button key={item} type="button" className={css.suggestion} onClick={() => choose(item)}>
          {item}
        </button>
      ))}
    </div>
  )
}
