// Before anything is painted: the scheme that was chosen, so that no dark page flashes white, and
// whether the page that comes has a navigation.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value")
  } catch {
    // Storage is closed to this page; the system's scheme it is.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  const scheme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light"
  const root = document.documentElement
  const name = "data-mantine-color-scheme"
  root.setAttribute(name, scheme)
  if (["/my-data", "/sign-in"].includes(location.pathname)) root.setAttribute("data-bare", "")
  // Paper is white, and light letters on it are none.
  let seen = scheme
  addEventListener("beforeprint", () => {
    seen = root.getAttribute(name)
    root.setAttribute(name, "light")
  })
  addEventListener("afterprint", () => root.setAttribute(name, seen))
})()
