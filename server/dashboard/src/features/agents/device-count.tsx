import { plural, t } from "@lingui/core/macro"
import { Button, Text } from "@mantine/core"

interface DeviceCountProps {
  devices: number
  /** What these devices have. */
  of: string
  /** Shows them; null where that is not possible. */
  onShow: (() => void) | null
}

/** How many devices; a click lists them. */
export function DeviceCount({ devices, of: name, onShow }: DeviceCountProps) {
  const words = plural(devices, { one: "# device", other: "# devices" })
  if (onShow === null || devices === 0) return <Text size="sm">{words}</Text>
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      aria-label={t`Show ${{ words }}: ${{ name }}`}
      onClick={onShow}
    >
      {words}
    </Button>
  )
}
