// While the program is on its way: the parts of the page that was asked for, and the first answers.
;(() => {
  const path = location.pathname
  const page = path.startsWith("/employees/") ? "/employees/$employeeId" : path
  for (const href of PARTS[page] ?? []) {
    const link = document.createElement("link")
    link.rel = href.endsWith(".css") ? "preload" : "modulepreload"
    link.as = href.endsWith(".css") ? "style" : "script"
    link.crossOrigin = ""
    link.href = href
    document.head.append(link)
  }
  const asked =
    path === "/my-data" || path === "/sign-in" || PARTS[page] === undefined
      ? []
      : ["/api/session", "/api/site", ...(path === "/" ? ["/api/presence", "/api/teams"] : [])]
  window.earlyAnswers = new Map(
    asked.map((each) => {
      const answer = fetch(each, { cache: "no-store" })
      // Who takes it hears of it; here nobody does.
      answer.catch(() => {})
      return [each, answer]
    }),
  )
})()
