import { lazy, Suspense } from "react"
import type { HintProps } from "@/components/hint"

const Hint = lazy(() => import("@/components/hint").then((part) => ({ default: part.Hint })))

/** A tooltip that is loaded when the first one opens. */
export function LazyHint(props: HintProps) {
  return (
    <Suspense>
      <Hint {...props} />
    </Suspense>
  )
}
