import "@testing-library/jest-dom/vitest"
import { cleanup, configure } from "@testing-library/react"
import { afterAll, afterEach, beforeAll, vi } from "vitest"
import { activateEnglish } from "@/lib/language"
import { server } from "@/testing/server"

// jsdom does not notice key presses for :focus-visible.
const { matches } = Element.prototype
Element.prototype.matches = function (selector: string) {
  return matches.call(this, selector.replace(":focus-visible", ":focus"))
}
// jsdom lacks this, and Mantine needs it.
Object.defineProperty(window, "matchMedia", {
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    addListener: vi.fn(),
    removeListener: vi.fn(),
  }),
})
Object.defineProperty(document, "fonts", { value: new EventTarget() })
class ObservesNothing {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", ObservesNothing)
window.scrollTo = () => {}
Element.prototype.scrollIntoView = () => {}

// The first page of a test file is slow on a busy machine.
configure({ asyncUtilTimeout: 20_000 })

activateEnglish()

beforeAll(() => server.listen({ onUnhandledRequest: "error" }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  localStorage.clear()
})
afterAll(() => server.close())
