import { useEffect, useRef } from "react"
import { isMissingPart, OfflineError } from "@/api/errors"

const EVERY_MS = 10_000

/** Call *again* repeatedly while the server cannot be reached; return whether that is so. */
export function useRetry(error: unknown, again: (() => unknown) | undefined): boolean {
  const isPart = isMissingPart(error)
  const isAway = (error instanceof OfflineError || isPart) && again !== undefined
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (!isAway) return undefined
    // The server may be reachable and have a newer dashboard.
    if (isPart) latest.current?.()
    const timer = setInterval(() => latest.current?.(), EVERY_MS)
    return () => clearInterval(timer)
  }, [isAway, isPart])
  return isAway
}
