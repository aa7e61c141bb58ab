// While the program is loading: the modules of the opened page, and its first requests.
;(() => {
  const path = location.pathname
  const page = path.startsWith("/employees/") ? "/employees/$employeeId" : path
  const isFirst = path === "/"
  const parts = PARTS[page]
  for (const href of parts ? [...PROGRAM, ...parts] : []) {
    const isStyle = href.endsWith(".css")
    const link = document.createElement("link")
    // The first page paints its rows before the browser compiles the program.
    link.rel = isStyle || isFirst ? "preload" : "modulepreload"
    link.as = isStyle ? "style" : "script"
    link.crossOrigin = ""
    if (isFirst) link.fetchPriority = "low"
    link.href = href
    document.head.append(link)
  }
  const requests =
    path === "/my-data" || path === "/sign-in" || parts === undefined
      ? []
      : ["/api/session", isFirst ? "/api/presence" : "/api/site"]
  window.earlyAnswers = new Map(
    requests.map((each) => {
      const answer = fetch(each, { cache: "no-store" })
      // Whoever uses the response handles the error.
      answer.catch(() => {})
      return [each, answer]
    }),
  )
})()
