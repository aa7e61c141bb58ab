import { t } from "@lingui/core/macro"
import { NumberInput, Switch } from "@mantine/core"
import { useState } from "react"

const DAYS = 14

/** The limits of a new enrollment token: a field for each, and what is sent. */
export function useTokenLimits() {
  const [days, setDays] = useState<number | string>(DAYS)
  const [uses, setUses] = useState<number | string>("")
  const [needsApproval, setNeedsApproval] = useState(false)
  return {
    sent: {
      expires_days: days === "" ? null : Number(days),
      use_limit: uses === "" ? null : Number(uses),
      needs_approval: needsApproval,
    },
    expiry: (
      <NumberInput
        label={t`Expires after (days)`}
        description={t`Leave empty for never`}
        min={1}
        max={36500}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
    ),
    uses: (
      <NumberInput
        label={t`Device limit`}
        description={t`Leave empty for no limit`}
        min={1}
        max={2147483647}
        allowDecimal={false}
        value={uses}
        onChange={setUses}
      />
    ),
    approval: (
      <Switch
        label={t`Require approval of each device`}
        checked={needsApproval}
        onChange={(event) => setNeedsApproval(event.currentTarget.checked)}
      />
    ),
  }
}
