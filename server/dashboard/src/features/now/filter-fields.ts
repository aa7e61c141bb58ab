/** The fields of the filter bar, in one file. */
import { FactFields } from "@/components/fact-fields"
import { SearchField } from "@/components/search-field"
import { TeamSelect } from "@/components/team-select"

export { FactFields, SearchField, TeamSelect }
