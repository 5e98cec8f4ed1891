import { Button } from 'antd'
import { lazy, useEffect, useState, type ReactNode } from 'react'
import type { Query } from '@/shared/api/client'
import { useList } from '@/shared/api/query'
import { useUrlState, type UrlState } from '@/shared/app/urlState'
import type { IconName } from '@/shared/icons/Icon'
import { Icon } from '@/shared/icons/Icon'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { Chips, type Filter } from './filters'
import { DataTable, type Column, type RowAction } from './DataTable'
import { Empty } from './Empty'
import { ErrorState } from './ErrorState'
import { Later } from './Later'
import { MoreFoot } from './MoreFoot'
import css from './page.module.css'
import { PageHead } from './PageHead'
import { SearchBox } from './SearchBox'

const FilterDrawer = lazy(() => import('./FilterDrawer'))

/** A saved view: a name for a set of filters. */
export interface View {
  key: string
  label: string
  state: Record<string, string>
}

export interface ListPageProps<T> {
  title: string
  /** One line that says what the list is. */
  line?: ReactNode
  /** The primary action. */
  action?: ReactNode
  /** The operation that answers the list, as in `/members`. */
  path: string
  /** What the request carries besides limit and cursor; without it, search, view and filters as they stand in the address. */
  query?: (state: UrlState) => Query
  /** The server answers the whole list at once and takes no limit. */
  whole?: boolean
  columns: readonly Column<T>[]
  rowKey: (row: T) => string
  to?: (row: T) => string
  open?: (row: T) => void
  actions?: (row: T) => RowAction[]
  views?: readonly View[]
  /** The placeholder of the search box; without it there is none. */
  search?: string
  filters?: readonly Filter[]
  /** Acts on the ticked rows; with it every row has a box to tick. */
  batch?: (rows: T[], clear: () => void) => ReactNode
  empty: { icon?: IconName; title: string; line?: ReactNode; action?: ReactNode }
  /** Stands between head and table. */
  above?: ReactNode
  /** Told about the rows shown, as to ask for more about them. */
  onRows?: (rows: readonly T[]) => void
}

/** A page that is a list. Its search, view and filters live in the address. */
export function ListPage<T>(props: ListPageProps<T>) {
  const t = useText(words)
  const [state, setState] = useUrlState()
  const [filtering, setFiltering] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const filters = props.filters ?? []
  const names = [
    'q',
    ...filters.flatMap((filter) => (filter.kind === 'dates' ? ['from', 'to'] : [filter.name])),
    ...(props.views ?? []).flatMap((view) => Object.keys(view.state)),
  ]
  const narrowed = names.some((name) => state[name])
  const clear = () => setState(Object.fromEntries(names.map((name) => [name, ''])))
  const query = props.query ? props.query(state) : Object.fromEntries(names.map((name) => [name, state[name]]))
  const list = useList<T>(props.path, { query }, { limit: props.whole ? 0 : undefined })
  const { items } = list
  const { onRows } = props
  useEffect(() => onRows?.(items), [onRows, items])

  const rows = list.items.filter((row) => chosen.has(props.rowKey(row)))
  const first = list.isPending

  return (
    <div className={css.page}>
      <PageHead title={props.title} line={props.line} action={props.action} />
      {props.above}
      <section className={css.card}>
        {props.views && <Views views={props.views} state={state} set={setState} />}
        {(props.search !== undefined || filters.length > 0) && (
          <div className={css.tools}>
            {props.search !== undefined && (
              <SearchBox value={state.q ?? ''} placeholder={props.search} change={(q) => setState({ q })} />
            )}
            {filters.length > 0 && (
              <Button icon={<Icon name="filter" size={16} />} onClick={() => setFiltering(true)}>
                {t('filter')}
              </Button>
            )}
          </div>
        )}
        <Chips filters={filters} state={state} remove={setState} clear={clear} />
        {list.isError && list.items.length === 0 ? (
          <ErrorState problem={list.error} retry={() => void list.refetch()} />
        ) : !first && list.items.length === 0 ? (
          narrowed ? (
            <Nothing clear={clear} />
          ) : (
            <Empty {...props.empty} />
          )
        ) : (
          <DataTable<T>
            label={props.title}
            columns={props.columns}
            rows={list.items}
            rowKey={props.rowKey}
            to={props.to}
            open={props.open}
            actions={props.actions}
            chosen={props.batch ? chosen : undefined}
            choose={props.batch ? setChosen : undefined}
            loading={first ? 8 : undefined}
          />
        )}
        {list.items.length > 0 && (
          <MoreFoot
            count={list.items.length}
            more={list.hasNextPage}
            busy={list.isFetchingNextPage}
            next={() => void list.fetchNextPage()}
          />
        )}
      </section>
      {props.batch && rows.length > 0 && (
        <div className={css.batch} role="region" aria-live="polite">
          <span>{t('selected', { count: rows.length })}</span>
          {props.batch(rows, () => setChosen(new Set()))}
          <Button type="text" onClick={() => setChosen(new Set())}>
            {t('clearSelection')}
          </Button>
        </div>
      )}
      {filters.length > 0 && (
        <Later open={filtering}>
          <FilterDrawer filters={filters} state={state} open={filtering} close={() => setFiltering(false)} apply={setState} />
        </Later>
      )}
    </div>
  )
}

function Views({ views, state, set }: { views: readonly View[]; state: UrlState; set: (change: Record<string, string>) => void }) {
  const all = [...new Set(views.flatMap((view) => Object.keys(view.state)))]
  const matches = (view: View) => all.every((name) => (view.state[name] ?? '') === (state[name] ?? ''))
  return (
    <div className={css.views}>
      {views.map((view) => (
        <button
          key={view.key}
          type="button"
          className={css.view}
          aria-pressed={matches(view)}
          onClick={() => set(Object.fromEntries(all.map((name) => [name, view.state[name] ?? ''])))}
        >
          {view.label}
        </button>
      ))}
    </div>
  )
}

function Nothing({ clear }: { clear: () => void }) {
  const t = useText(words)
  return <Empty icon="search" title={t('nothingTitle')} line={t('nothingLine')} action={<Button onClick={clear}>{t('filterClear')}</Button>} />
}
