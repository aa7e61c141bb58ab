// Before anything is painted: the scheme that was chosen, so that no dark page flashes white.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value")
  } catch {
    // Storage is closed to this page; the system's scheme it is.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches
  const scheme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light"
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme)
})()
