import { Radio, Stack } from "@mantine/core"
import type { Role } from "@/api/session"
import { ROLES } from "./users"

interface RoleChoiceProps {
  value: Role
  onChange: (role: Role) => void
}

/** One of the three roles, with what it may. */
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  return (
    <Radio.Group label="Role" value={value} onChange={(role) => onChange(role as Role)}>
      <Stack gap="xs" mt="xs">
        {ROLES.map((role) => (
          <Radio key={role.value} {...role} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
