"""From the agent's status to what the icon shows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from wfhagent import __version__
from wfhagent.desktop.portal_permission import PortalPermission
from wfhagent.messages import N_, _, ngettext
from wfhagent.status import Status, duration
from wfhagent.system.user_agents import UserAgent

LOGS_PER_DAY = 2
MOST_OTHERS = 3
MOST_CHANGES = 5
"""A menu is no page; the notice has all of them."""
NEW, SHOWN = "new", "shown"
NOT_ALLOWED_YET = N_("Your desktop has not allowed screenshots yet")


class State(StrEnum):
    """What the icon shows; each has a drawing of its own."""

    CONNECTED = "connected"
    WAITING = "waiting"
    ATTENTION = "attention"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be seen: *sentence* belongs to the state, *lines* begin the menu.

    *notice* is the version of a notice that was not acknowledged yet; empty when there is none.
    *has_notice* stays true afterwards. *changes* are what of it changed. With *may_allow* the menu
    offers to allow screenshots.
    """

    state: State
    sentence: str
    lines: tuple[str, ...]
    notice: str = ""
    notice_shown: bool = False
    has_notice: bool = False
    changes: tuple[str, ...] = ()
    may_allow: bool = False


def look_at(status: Status | None, now: datetime, others: Sequence[UserAgent] = ()) -> Look:
    """Return the look of *status* when the laptop's clock shows *now*.

    *others* are the further agents of this user. One that runs comes before all else.
    """
    running = [other for other in others if other.running]
    if running:
        return _of_another(running[0])
    stopped = [
        _ended(_("Not running: {config}").format(config=other.config))
        for other in others[:MOST_OTHERS]
    ]
    if status is None:
        sentence = _("The agent has not run on this device yet")
        return Look(State.ATTENTION, sentence, (sentence, *stopped))
    state, sentence = _state(status, now)
    return Look(
        state,
        sentence,
        (*_lines(status, now, state, sentence), *stopped),
        notice=_open_notice(status),
        notice_shown=status.notice == SHOWN,
        has_notice=bool(status.notice),
        changes=status.open_changes,
    )


def with_permission(look: Look, permission: PortalPermission) -> Look:
    """Return *look* with what the desktop has stored about screenshots."""
    if permission is PortalPermission.UNANSWERED:
        return replace(look, may_allow=True, lines=(*look.lines, _(NOT_ALLOWED_YET)))
    return replace(look, may_allow=permission is PortalPermission.DENIED)


def _of_another(other: UserAgent) -> Look:
    """Return the look of *other*, which runs with another agent.toml than the icon."""
    sentence = _("Another agent of yours is running and sends data")
    lines = (
        sentence,
        _ended(_("Settings: {config}").format(config=other.config)),
        _ended(_("Server: {server}").format(server=other.server)),
    )
    return Look(State.ATTENTION, sentence, lines)


def _state(status: Status, now: datetime) -> tuple[State, str]:
    attention = _attention(status, now)
    if attention:
        return State.ATTENTION, attention
    if status.problem:
        return State.WAITING, _("Offline: data waits on this device")
    if status.rests:
        return State.PAUSED, _("Outside working hours: nothing is collected or sent")
    paused = status.day_off or status.outside_window
    if not paused:
        return State.CONNECTED, _("Connected")
    return State.PAUSED, _("Connected; {reason}").format(reason=paused)


def _attention(status: Status, now: datetime) -> str:
    """Return what somebody should do something about; empty when there is nothing."""
    if not status.is_running(now):
        return _("The agent is not running: nothing is collected or sent")
    if _open_notice(status) and (status.logs_held or status.notice == NEW):
        if status.open_changes:
            return _("What is collected here has changed: please read it")
        return _("Please read your company's notice about this program")
    if status.problem_code:
        return _ended(status.problem)
    if status.refused:
        return ngettext(
            "The server rejected {count:,} entry: please tell IT",
            "The server rejected {count:,} entries: please tell IT",
            status.refused,
        ).format(count=status.refused)
    return ""


def _lines(status: Status, now: datetime, state: State, sentence: str) -> Iterator[str]:
    ago = status.seconds_since_report(now)
    yield sentence
    if ago is None:
        yield _("Nothing sent yet")
    else:
        yield _("Last report: {duration} ago").format(duration=duration(ago))
    logs = _("Logs today: {taken} of {planned}").format(
        taken=len(status.slots_today), planned=LOGS_PER_DAY
    )
    yield f"{logs}, {status.tests_in_words}" if status.tests_today else logs
    for change in status.open_changes[-MOST_CHANGES:]:
        yield _ended(_("Changed: {change}").format(change=change))
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        yield ngettext(
            "{count:,} entry is waiting on this device",
            "{count:,} entries are waiting on this device",
            waiting,
        ).format(count=waiting)
    if state is State.WAITING:
        yield _ended(status.problem)
    if status.failing:
        yield ngettext(
            "{count} plugin has a problem; see `wfhagent status`",
            "{count} plugins have a problem; see `wfhagent status`",
            len(status.failing),
        ).format(count=len(status.failing))


def _open_notice(status: Status) -> str:
    return status.notice_version if status.notice in {NEW, SHOWN} else ""


def _ended(sentence: str) -> str:
    """Return *sentence* as it fits into a menu: one line, not too long, no full stop."""
    line = " ".join(sentence.split()).rstrip(".")
    return line if len(line) <= 160 else f"{line[:159]}…"  # noqa: PLR2004 -- a line of a menu


def version() -> str:
    """Return the last line of the menu."""
    return f"wfhagent {__version__}"
