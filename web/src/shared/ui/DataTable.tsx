import { Link, useNavigate } from '@tanstack/react-router'
import { Checkbox, Dropdown } from 'antd'
import type { MouseEvent, ReactNode } from 'react'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { IconButton } from './IconButton'
import css from './table.module.css'

export interface Column<T> {
  key: string
  title: ReactNode
  render: (row: T) => ReactNode
  /** Figures and amounts stand right. */
  align?: 'left' | 'right'
  /** In pixels; the others share what is left. */
  width?: number
  /** Left out where the window is narrower, because others say more. */
  from?: 'wide'
  /** A sentence: on a card it takes the whole width and stands without its title. */
  sentence?: boolean
}

export interface RowAction {
  key: string
  label: string
  danger?: boolean
  run: () => void
}

export interface DataTableProps<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowKey: (row: T) => string
  /** The page of a row; the first column becomes its link and the whole row opens it. */
  to?: (row: T) => string
  /** Opens a row in place, as in a drawer. */
  open?: (row: T) => void
  actions?: (row: T) => RowAction[]
  /** The keys of the chosen rows; with it every row has a box to tick. */
  chosen?: ReadonlySet<string>
  choose?: (keys: Set<string>) => void
  /** How many skeleton rows stand while the first answer is on its way. */
  loading?: number
  dense?: boolean
  foot?: ReactNode
}

/** A table that becomes a list of cards where the window is narrow. */
export function DataTable<T>(props: DataTableProps<T>) {
  const t = useText(words)
  const { columns, rows, chosen, choose } = props
  const all = rows.length > 0 && rows.every((row) => chosen?.has(props.rowKey(row)))
  const cell = (column: Column<T>) =>
    [column.align === 'right' ? css.right : '', column.from === 'wide' ? css.fromWide : ''].filter(Boolean).join(' ') || undefined
  return (
    <div className={css.scroll}>
      <table className={props.dense ? css.dense : css.table} aria-label={props.label} aria-busy={props.loading ? true : undefined}>
        <colgroup>
          {choose && <col width={44} />}
          {columns.map((column) => (
            <col key={column.key} width={column.width} className={column.from === 'wide' ? css.fromWide : undefined} />
          ))}
          {props.actions && <col width={52} />}
        </colgroup>
        <thead>
          <tr>
            {choose && (
              <th className={css.tick}>
                <Checkbox
                  aria-label={t('selectAll')}
                  checked={all}
                  indeterminate={!all && rows.some((row) => chosen?.has(props.rowKey(row)))}
                  onChange={() => choose(all ? new Set() : new Set(rows.map(props.rowKey)))}
                />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cell(column)}>
                {column.title}
              </th>
            ))}
            {props.actions && (
              <th>
                <span className="visually-hidden">{t('moreActions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {props.loading
            ? Array.from({ length: props.loading }, (_, i) => <Bones key={i} columns={columns} cell={cell} extra={(choose ? 1 : 0) + (props.actions ? 1 : 0)} />)
            : rows.map((row) => <Row key={props.rowKey(row)} row={row} table={props} cell={cell} />)}
        </tbody>
        {props.foot && !props.loading && <tfoot>{props.foot}</tfoot>}
      </table>
    </div>
  )
}

function Bones<T>({ columns, cell, extra }: { columns: readonly Column<T>[]; cell: (c: Column<T>) => string | undefined; extra: number }) {
  return (
    <tr aria-hidden="true">
      {columns.map((column, i) => (
        <td key={column.key} className={cell(column)}>
          <i className={i === 0 ? css.boneLong : css.bone} />
        </td>
      ))}
      {extra > 0 && <td colSpan={extra} />}
    </tr>
  )
}

function Row<T>({ row, table, cell }: { row: T; table: DataTableProps<T>; cell: (c: Column<T>) => string | undefined }) {
  const t = useText(words)
  const navigate = useNavigate()
  const key = table.rowKey(row)
  const to = table.to?.(row)
  const opens = to !== undefined || table.open !== undefined
  const actions = table.actions?.(row) ?? []
  const onRow = (e: MouseEvent<HTMLTableRowElement>) => {
    // Buttons, links and marked text inside the row keep their own meaning.
    if ((e.target as HTMLElement).closest('a, button, input, label, [role="menu"]')) return
    if (window.getSelection()?.toString()) return
    if (table.open) table.open(row)
    else if (to) void navigate({ to })
  }
  return (
    // The link or button in the first cell is what the keyboard uses.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <tr className={opens ? css.opens : undefined} data-chosen={table.chosen?.has(key) || undefined} onClick={opens ? onRow : undefined}>
      {table.choose && (
        <td className={css.tick}>
          <Checkbox
            aria-label={t('selectRow')}
            checked={table.chosen?.has(key)}
            onChange={(e) => {
              const next = new Set(table.chosen)
              if (e.target.checked) next.add(key)
              else next.delete(key)
              table.choose?.(next)
            }}
          />
        </td>
      )}
      {table.columns.map((column, i) => (
        <td key={column.key} className={cell(column)} data-first={i === 0 || undefined} data-sentence={column.sentence || undefined}>
          <span className={css.cardLabel}>{column.title}</span>
          <span className={css.cardValue}>
            {i === 0 && to !== undefined && !table.open ? (
              <Link to={to} className={css.name}>
                {column.render(row)}
              </Link>
            ) : i === 0 && table.open ? (
              <button type="button" className={css.nameButton} onClick={() => table.open?.(row)}>
                {column.render(row)}
              </button>
            ) : (
              column.render(row)
            )}
          </span>
        </td>
      ))}
      {table.actions && (
        <td className={css.actions}>
          {actions.length > 0 && (
            <Dropdown
              trigger={['click']}
              placement="bottomRight"
              menu={{
                items: actions.map((action) => ({ key: action.key, label: action.label, danger: action.danger })),
                onClick: ({ key: picked }) => actions.find((action) => action.key === picked)?.run(),
              }}
            >
              <IconButton icon="more" label={t('moreActions')} />
            </Dropdown>
          )}
        </td>
      )}
    </tr>
  )
}
