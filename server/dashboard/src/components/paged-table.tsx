import { t } from "@lingui/core/macro"
import { Button, Skeleton } from "@mantine/core"
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"

interface PagedTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  found: UseInfiniteQueryResult<InfiniteData<{ rows: Row[] }>>
  keyOf: (row: Row) => string | number
  /** The label of the button that loads the next page. */
  more: string
  /** Shown when there are no rows. */
  empty: ReactNode
}

/** A table that loads page after page, with its loading, failed and empty states. */
export function PagedTable<Row>({ found, more, empty, ...table }: PagedTableProps<Row>) {
  if (found.isPending) return <Skeleton height={320} role="status" aria-label={t`Loading`} />
  if (found.isError && !found.isFetchNextPageError) {
    return <Failed error={found.error} retry={() => void found.refetch()} />
  }
  const rows = found.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) return empty
  return (
    <>
      <DataTable {...table} rows={rows} />
      {found.isFetchNextPageError && <Failed error={found.error} />}
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {more}
        </Button>
      )}
    </>
  )
}
