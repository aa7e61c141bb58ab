"""Whether a screenshot can be taken: display and permission."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.checkup.finding import Finding
from wfhagent.clock import Clock
from wfhagent.observe import AnyCollector, Observer
from wfhagent.plugin import Occasion

FINE = frozenset({"taken", "disabled"})
EXPLAINED = {
    "taken": "can be taken; the one taken now was thrown away",
    "locked": "the screen is locked, which is no fault: try again when it is not",
    "no_display": "there is no display",
    "denied": "this system does not allow it",
}
ADVICE = {
    "no_display": "Run this, and the agent, in the session of the person who is logged in.",
    "denied": "Allow it in the system's privacy settings; `wfhagent screenshot allow` tries.",
}
NO_PICTURE = "Detailed logs are sent without a picture, and say so."


def check_screenshots(assembly: Assembly, token: str, clock: Clock) -> Iterator[Finding]:
    """Yield whether each collector of screenshots can take one; none is kept or sent."""
    observer = Observer(assembly, clock=clock, token=lambda: token)
    names = [name for name, one in assembly.catalog.collectors.items() if _gives_screenshot(one)]
    if not names:
        yield Finding("screenshot", ok=True, detail="disabled: no plugin takes any")
    for name in names:
        gathered = observer.observe(Occasion.DETAILED_LOG, only=name)
        screenshot = gathered.known.get("screenshot", {"status": "failed", **gathered.absent})
        reason = screenshot.get("reason") or gathered.failures.get(name, "")
        if screenshot.get("hiding_failed"):
            reason = f"blurred as a whole, for {screenshot['hiding_failed']}"
        yield _finding(str(screenshot.get("status")), str(reason))


def _finding(status: str, reason: str) -> Finding:
    explained = EXPLAINED.get(status, "")
    detail = ": ".join(part for part in (status, explained, reason) if part)
    advice = f"{ADVICE.get(status, '')} {NO_PICTURE}".strip()
    return Finding("screenshot", ok=status in {*FINE, "locked"}, detail=detail, advice=advice)


def _gives_screenshot(collector: AnyCollector) -> bool:
    return any(fact.name == "screenshot" for fact in collector.facts)
