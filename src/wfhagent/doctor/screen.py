"""Whether a screenshot can be taken: display and permission."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.runner import CollectorRunner
from wfhagent.desktop.portal_permission import (
    AGENT_APP,
    PortalError,
    PortalPermission,
    portal_permission,
)
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.doctor.finding import Finding
from wfhagent.messages import N_, _
from wfhagent.plugin import Occasion
from wfhagent.plugins.declared import AnyCollector

FINE = frozenset({"taken", "disabled"})
EXPLAINED = {
    "taken": N_("works; the test screenshot was discarded"),
    "locked": N_("the screen is locked, which is not a fault: unlock it and try again"),
    "no_display": N_("there is no display"),
    "denied": N_("this system does not allow it"),
}
ADVICE = {
    "no_display": N_("Run this, and the agent, in the desktop session of the user."),
    "denied": N_("Allow it in the system's privacy settings, or run `wfhagent screenshot allow`."),
}
NO_SCREENSHOT = N_("Detailed logs are sent without a screenshot until then.")
STORED = {
    PortalPermission.ALLOWED: N_("allowed on this desktop; no test screenshot was taken"),
    PortalPermission.DENIED: N_("denied on this desktop"),
    PortalPermission.UNANSWERED: N_("not allowed on this desktop yet"),
}
ASK = N_("Run `wfhagent screenshot allow`. The desktop then asks you.")


def examine_screenshots(assembly: Assembly, token: str, clock: Clock) -> Iterator[Finding]:
    """Yield what `doctor` says of them: where the desktop would ask, only what is stored."""
    stored = stored_permission()
    if stored is PortalPermission.NOT_NEEDED or not _collectors(assembly):
        yield from check_screenshots(
            assembly, CollectorRunner(assembly, clock=clock, token=lambda: token)
        )
        return
    allowed = stored is PortalPermission.ALLOWED
    yield Finding(
        "screenshot", ok=allowed, detail=_(STORED[stored]), advice=f"{_(ASK)} {_(NO_SCREENSHOT)}"
    )


def stored_permission() -> PortalPermission:
    """Return what this desktop's portal has stored for the agent; it asks nobody."""
    if not is_wayland_session():
        return PortalPermission.NOT_NEEDED
    try:
        return portal_permission(AGENT_APP)
    except PortalError:
        # The collector says what is wrong with the portal.
        return PortalPermission.NOT_NEEDED


def check_screenshots(assembly: Assembly, runner: CollectorRunner) -> Iterator[Finding]:
    """Yield whether each collector of screenshots can take one; none is kept or sent."""
    names = _collectors(assembly)
    if not names:
        yield Finding("screenshot", ok=True, detail=_("disabled: no plugin takes screenshots"))
    for name in names:
        facts = runner.run(Occasion.DETAILED_LOG, only=name)
        screenshot = facts.known.get("screenshot", {"status": "failed", **facts.absent})
        reason = screenshot.get("reason") or facts.failures.get(name, "")
        if screenshot.get("hiding_failed"):
            text = _("blurred as a whole, because {reason}")
            reason = text.format(reason=screenshot["hiding_failed"])
        yield _finding(str(screenshot.get("status")), str(reason))


def _collectors(assembly: Assembly) -> list[str]:
    return [name for name, one in assembly.catalog.collectors.items() if _gives_screenshot(one)]


def _finding(status: str, reason: str) -> Finding:
    explained = _(EXPLAINED.get(status, ""))
    detail = ": ".join(part for part in (status, explained, _(reason)) if part)
    advice = f"{_(ADVICE.get(status, ''))} {_(NO_SCREENSHOT)}".strip()
    return Finding("screenshot", ok=status in {*FINE, "locked"}, detail=detail, advice=advice)


def _gives_screenshot(collector: AnyCollector) -> bool:
    return any(fact.name == "screenshot" for fact in collector.facts)
