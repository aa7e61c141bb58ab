import { useEffect } from "react"

/**
 * Return the focus to the element that had it when this component is removed, or to the content of the
 * page if that element is gone. Otherwise keyboard users would start at the top of the page.
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
