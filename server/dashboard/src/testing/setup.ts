import "@testing-library/jest-dom/vitest"
import { cleanup, configure } from "@testing-library/react"
import { afterAll, afterEach, beforeAll, vi } from "vitest"
import { server } from "@/testing/server"

// In jsdom no key has been pressed when one was.
const { matches } = Element.prototype
Element.prototype.matches = function (selector: string) {
  return matches.call(this, selector.replace(":focus-visible", ":focus"))
}
// What jsdom has not and Mantine asks for.
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
class ObservesNothing {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", ObservesNothing)
window.scrollTo = () => {}
Element.prototype.scrollIntoView = () => {}

// The first page of a file is slow on a machine that others use as well.
configure({ asyncUtilTimeout: 20_000 })

beforeAll(() => server.listen({ onUnhandledRequest: "error" }))
afterEach(() => {
  cleanup()
  server.resetHandlers()
  localStorage.clear()
})
afterAll(() => server.close())
