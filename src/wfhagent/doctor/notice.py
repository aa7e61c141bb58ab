"""Whether the company's notice stands in the way of detailed logs."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.notice.gate import Gate
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of


def check_notice(assembly: Assembly, clock: Clock) -> Iterator[Finding]:
    """Yield the state of the notice; nothing where agent.toml has none and nothing has changed."""
    notice, now = current_notice(assembly), clock.now()
    gate = Gate(notice, register_of(assembly))
    if not notice.words and not gate.open_changes(now):
        return
    held = gate.reason(now)
    yield Finding(
        "notice",
        ok=not held,
        detail=f"version {notice.version}: {held or gate.state(now)}",
        advice="No detailed log is taken until then. `wfhagent notice` shows it; "
        "`wfhagent notice --acknowledge` says that you have read it.",
    )
