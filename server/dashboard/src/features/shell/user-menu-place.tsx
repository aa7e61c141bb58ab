import { Suspense, useState } from "react"
import type { Session } from "@/api/session"
import { later } from "@/lib/later"
import { UserButton } from "./user-button"
import type { EarlyUse } from "./user-menu"

const UserMenu = later(() => import("./user-menu").then((part) => part.UserMenu))

/** The user's button, and its menu as soon as that is loaded. What was done to the button before is not lost. */
export function UserMenuPlace({ session }: { session: Session }) {
  const [use, setUse] = useState<EarlyUse>(null)
  return (
    <Suspense
      fallback={
        <UserButton
          session={session}
          onFocus={() => setUse((last) => last ?? "focus")}
          onBlur={() => setUse((last) => (last === "open" ? last : null))}
          // A click never comes if the menu replaces the button in the middle of it.
          onPointerDown={() => setUse("open")}
          onClick={() => setUse("open")}
        />
      }
    >
      <UserMenu session={session} use={use} />
    </Suspense>
  )
}
