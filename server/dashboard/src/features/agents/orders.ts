/** The orders of devices. */
import { t } from "@lingui/core/macro"
import type { AgentFilter } from "./agents"
import type { ORDERS } from "./filter-choices"

type Order = (typeof ORDERS)[number]

const DESCENDING = "-"

export const orders = (): { value: string; label: string }[] => [
  { value: "employee", label: t`Sort by employee` },
  { value: "device", label: t`Sort by device` },
  { value: "-last_seen", label: t`Last seen first` },
  { value: "last_seen", label: t`Longest silence first` },
  { value: "version", label: t`Oldest version first` },
  { value: "-version", label: t`Newest version first` },
  { value: "-enrolled", label: t`Newest device first` },
]

/** Return the value of the choice that *filter* has. */
export function orderOf({ sort, descending }: AgentFilter): string {
  return `${descending ? DESCENDING : ""}${sort ?? "employee"}`
}

/** Return the part of a filter that the choice *value* means. */
export function orderFrom(value: string | null): {
  sort: Order | undefined
  descending: true | undefined
} {
  const sort = (value ?? "employee").replace(DESCENDING, "") as Order
  const isFirst = value === null || value === "employee"
  return {
    sort: isFirst ? undefined : sort,
    descending: value?.startsWith(DESCENDING) ? true : undefined,
  }
}
