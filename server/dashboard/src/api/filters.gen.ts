// Written by `make api-types` from the OpenAPI document.

/** The filters of calls, by the operation: each with how `lib/search.ts` reads it. */
export const FILTERS = {
  logs: {
    employee: "text",
    team: "whole",
    from: "day",
    to: "day",
    screenshot: ["taken", "none"],
    place: "text",
    where: "texts",
    fact: "texts",
    kind: ["missed", "any"],
  },
  export_logs: {
    employee: "text",
    team: "whole",
    from: "day",
    to: "day",
    screenshot: ["taken", "none"],
    place: "text",
    where: "texts",
    fact: "texts",
  },
  export_heartbeats: {
    employee: "text",
    team: "whole",
    from: "day",
    to: "day",
  },
} as const
