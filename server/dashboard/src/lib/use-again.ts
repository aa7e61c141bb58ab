import { useEffect, useRef } from "react"
import { OfflineError } from "@/api/errors"

const EVERY_MS = 10_000

/** Ask *again* and again while no answer comes; return whether that is so. */
export function useAgain(error: unknown, again: (() => void) | undefined): boolean {
  const isAway = error instanceof OfflineError && again !== undefined
  const latest = useRef(again)
  latest.current = again
  useEffect(() => {
    if (!isAway) return undefined
    const timer = setInterval(() => latest.current?.(), EVERY_MS)
    return () => clearInterval(timer)
  }, [isAway])
  return isAway
}
