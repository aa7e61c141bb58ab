import { t } from "@lingui/core/macro"
import { Radio, Stack } from "@mantine/core"
import type { Role } from "@/api/session"
import { roles } from "./users"

interface RoleChoiceProps {
  value: Role
  onChange: (role: Role) => void
}

/** One of the three roles, with a description. */
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  return (
    <Radio.Group label={t`Role`} value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap="xs" mt="xs">
        {roles().map((role) => (
          <Radio key={role.value} {...role} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
