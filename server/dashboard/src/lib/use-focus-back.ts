import { useEffect } from "react"

/**
 * Give the focus back to what had it, when this goes; to the content of the page where that is gone,
 * too. Whoever works with the keyboard would begin at the top of the page otherwise.
 */
export function useFocusBack() {
  useEffect(() => {
    const before = document.activeElement
    return () => {
      const known = before instanceof HTMLElement && before !== document.body && before.isConnected
      const target = known ? before : document.getElementById("content")
      target?.focus({ preventScroll: true })
    }
  }, [])
}
