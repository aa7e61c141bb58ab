import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { Link } from "@tanstack/react-router"
import Compass from "lucide-react/icons/compass"
import { Message } from "@/components/message"

/** Shown at an unknown address. */
export function MissingPage() {
  return (
    <Message
      icon={Compass}
      order={1}
      title={t`Page not found`}
      action={
        <Button component={Link} to="/" variant="default" mt="xs">
          {t`Go to Now`}
        </Button>
      }
    >
      {t`Check the address. The page may have been deleted.`}
    </Message>
  )
}
