"""Whether a screenshot can be taken: display and permission."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.runner import AnyCollector, Observer
from wfhagent.desktop.portal_permission import (
    AGENT_APP,
    PortalError,
    PortalPermission,
    portal_permission,
)
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.doctor.finding import Finding
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
STORED = {
    PortalPermission.ALLOWED: "allowed on this desktop; none was taken now",
    PortalPermission.DENIED: "denied: this desktop was told not to allow them",
    PortalPermission.UNANSWERED: "denied: they are not allowed on this desktop yet",
}
ASK = "Type `wfhagent screenshot allow`: the desktop asks then, and waits for an answer."


def examine_screenshots(assembly: Assembly, token: str, clock: Clock) -> Iterator[Finding]:
    """Yield what `doctor` says of them: where the desktop would ask, only what is stored."""
    stored = stored_permission()
    if stored is PortalPermission.NOT_NEEDED or not _collectors(assembly):
        yield from check_screenshots(assembly, Observer(assembly, clock=clock, token=lambda: token))
        return
    allowed = stored is PortalPermission.ALLOWED
    yield Finding("screenshot", ok=allowed, detail=STORED[stored], advice=f"{ASK} {NO_PICTURE}")


def stored_permission() -> PortalPermission:
    """Return what this desktop's portal has stored for the agent; it asks nobody."""
    if not is_wayland_session():
        return PortalPermission.NOT_NEEDED
    try:
        return portal_permission(AGENT_APP)
    except PortalError:
        # The collector says what is wrong with the portal.
        return PortalPermission.NOT_NEEDED


def check_screenshots(assembly: Assembly, observer: Observer) -> Iterator[Finding]:
    """Yield whether each collector of screenshots can take one; none is kept or sent."""
    names = _collectors(assembly)
    if not names:
        yield Finding("screenshot", ok=True, detail="disabled: no plugin takes any")
    for name in names:
        gathered = observer.observe(Occasion.DETAILED_LOG, only=name)
        screenshot = gathered.known.get("screenshot", {"status": "failed", **gathered.absent})
        reason = screenshot.get("reason") or gathered.failures.get(name, "")
        if screenshot.get("hiding_failed"):
            reason = f"blurred as a whole, for {screenshot['hiding_failed']}"
        yield _finding(str(screenshot.get("status")), str(reason))


def _collectors(assembly: Assembly) -> list[str]:
    return [name for name, one in assembly.catalog.collectors.items() if _gives_screenshot(one)]


def _finding(status: str, reason: str) -> Finding:
    explained = EXPLAINED.get(status, "")
    detail = ": ".join(part for part in (status, explained, reason) if part)
    advice = f"{ADVICE.get(status, '')} {NO_PICTURE}".strip()
    return Finding("screenshot", ok=status in {*FINE, "locked"}, detail=detail, advice=advice)


def _gives_screenshot(collector: AnyCollector) -> bool:
    return any(fact.name == "screenshot" for fact in collector.facts)
