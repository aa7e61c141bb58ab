import { Button } from "@mantine/core"
import { Link } from "@tanstack/react-router"
import Compass from "lucide-react/icons/compass"
import { Message } from "@/components/message"

/** What stands at an address that leads nowhere. */
export function MissingPage() {
  return (
    <Message
      icon={Compass}
      order={1}
      title="There is no such page"
      action={
        <Button component={Link} to="/" variant="default" mt="xs">
          To the start
        </Button>
      }
    >
      The address may be mistyped, or what it showed is gone.
    </Message>
  )
}
