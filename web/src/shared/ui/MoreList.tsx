import type { Query } from '@/shared/api/client'
import { useList } from '@/shared/api/query'
import { DataTable, type DataTableProps } from './DataTable'
import { Empty } from './Empty'
import { ErrorState } from './ErrorState'
import { MoreFoot } from './MoreFoot'

export interface MoreListProps<T> extends Omit<DataTableProps<T>, 'rows' | 'loading' | 'foot'> {
  /** The operation that answers the list, and the values of its places. */
  path: string
  at?: Record<string, string>
  query?: Query
  /** How many rows are shown at first and added at a time. */
  limit?: number
  empty: { title: string; line?: string }
}

/** A growing list inside a record. */
export function MoreList<T>({ path, at, query, limit = 20, empty, ...table }: MoreListProps<T>) {
  const list = useList<T>(path, { path: at, query }, { limit })
  if (list.isError && list.items.length === 0) return <ErrorState problem={list.error} retry={() => void list.refetch()} />
  if (!list.isPending && list.items.length === 0) return <Empty compact {...empty} />
  return (
    <>
      <DataTable<T> {...table} rows={list.items} loading={list.isPending ? 5 : undefined} />
      {list.items.length > 0 && (list.hasNextPage || list.items.length > 5) && (
        <MoreFoot
          count={list.items.length}
          more={list.hasNextPage}
          busy={list.isFetchingNextPage}
          next={() => void list.fetchNextPage()}
        />
      )}
    </>
  )
}
