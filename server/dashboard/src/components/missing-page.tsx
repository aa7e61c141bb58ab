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
      title="Page not found"
      action={
        <Button component={Link} to="/" variant="default" mt="xs">
          Go to Now
        </Button>
      }
    >
      Check the address. The page may have been deleted.
    </Message>
  )
}
