import { t } from "@lingui/core/macro"

/** Why no log is expected on a day. */
export const restWords = (rest: "weekend" | "day_off") =>
  rest === "weekend" ? t`Weekend` : t`Day off`
