import { plural, t } from "@lingui/core/macro"
import { Alert } from "@mantine/core"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import { TextLink } from "@/components/text-link"

/** How many devices wait for approval, and where an administrator approves them. */
export function WaitingNotice({ devices }: { devices: number }) {
  return (
    <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} role="status" mb="md">
      {plural(devices, {
        one: "# device waits for approval.",
        other: "# devices wait for approval.",
      })}{" "}
      <TextLink to="/agents">{t`Approve or reject on Devices`}</TextLink>
    </Alert>
  )
}
