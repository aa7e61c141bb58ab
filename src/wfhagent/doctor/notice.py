"""Whether the company's notice holds detailed logs back."""

from collections.abc import Iterator

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.messages import N_, _
from wfhagent.notice.gate import Gate, NoticeState
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of

_STATES = {
    NoticeState.NONE: N_("none"),
    NoticeState.NEW: N_("new"),
    NoticeState.SHOWN: N_("shown"),
    NoticeState.ACKNOWLEDGED: N_("acknowledged"),
}


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
        detail=_("version {version}: {state}").format(
            version=notice.version, state=_(held) if held else _(_STATES[gate.state(now)])
        ),
        advice=_(
            "No detailed log is taken until then. Read it with `wfhagent notice`, and acknowledge "
            "it with `wfhagent notice --acknowledge`."
        ),
    )
