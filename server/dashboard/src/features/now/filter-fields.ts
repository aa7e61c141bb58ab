/** The fields of the filter bar, in one file. */
import { SearchField } from "@/components/search-field"
import { TeamSelect } from "@/components/team-select"

export { SearchField, TeamSelect }
