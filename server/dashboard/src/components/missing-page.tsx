import { t } from "@lingui/core/macro"
import { Link } from "@tanstack/react-router"
import Compass from "lucide-react/icons/compass"
import { Message } from "@/components/message"
import buttons from "@/components/plain-button.module.css"

/** Shown at an unknown address. */
export function MissingPage() {
  return (
    <Message
      icon={Compass}
      order={1}
      title={t`Page not found`}
      action={
        <Link to="/" className={`${buttons.button} ${buttons.below}`}>
          {t`Go to Now`}
        </Link>
      }
    >
      {t`Check the address. The page may have been deleted.`}
    </Message>
  )
}
