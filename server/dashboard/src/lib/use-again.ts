import { useEffect, useRef } from "react"
import { isMissingPart, OfflineError } from "@/api/errors"

const EVERY_MS = 10_000

/** Ask *again* and again while no answer comes; return whether that is so. */
export function useAgain(error: unknown, again: (() => unknown) | undefined): boolean {
  const isPart = isMissingPart(error)
  const isAway = (error instanceof OfflineError || isPart) && again !== undefined
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (!isAway) return undefined
    // The server may have a newer dashboard, and be there.
    if (isPart) latest.current?.()
    const timer = setInterval(() => latest.current?.(), EVERY_MS)
    return () => clearInterval(timer)
  }, [isAway, isPart])
  return isAway
}
