"""From the agent's status to what the icon shows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from wfhagent import __version__
from wfhagent.desktop.portal_permission import PortalPermission
from wfhagent.process.user_agents import UserAgent
from wfhagent.status import Status, duration

LOGS_PER_DAY = 2
MOST_OTHERS = 3
MOST_CHANGES = 5
"""A menu is no page; the notice has all of them."""
NEW, SHOWN = "new", "shown"
NOT_ALLOWED_YET = "This desktop does not allow screenshots yet"


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
    stopped = [_ended(f"Not running: {other.config}") for other in others[:MOST_OTHERS]]
    if status is None:
        sentence = "The agent has not run here yet"
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
        return replace(look, may_allow=True, lines=(*look.lines, NOT_ALLOWED_YET))
    return replace(look, may_allow=permission is PortalPermission.DENIED)


def _of_another(other: UserAgent) -> Look:
    """Return the look of *other*, which runs with another agent.toml than the icon."""
    sentence = "Another agent of yours runs: it collects and sends"
    lines = (sentence, _ended(f"With {other.config}"), _ended(f"To {other.server}"))
    return Look(State.ATTENTION, sentence, lines)


def _state(status: Status, now: datetime) -> tuple[State, str]:
    attention = _attention(status, now)
    if attention:
        return State.ATTENTION, attention
    if status.problem:
        return State.WAITING, "Offline: what is recorded waits on this machine"
    paused = status.day_off or status.outside_window
    return (State.PAUSED, f"Connected; {paused}") if paused else (State.CONNECTED, "Connected")


def _attention(status: Status, now: datetime) -> str:
    """Return what somebody should do something about; empty when there is nothing."""
    if not status.is_running(now):
        return "The agent is not running: nothing is collected or sent"
    if _open_notice(status) and (status.logs_held or status.notice == NEW):
        if status.open_changes:
            return "What is collected here has changed; please read it"
        return "Please read what your company says about this program"
    if status.problem_code:
        return _ended(status.problem)
    if status.refused:
        return f"The server refused {_plural(status.refused, 'entry')}; tell IT"
    return ""


def _lines(status: Status, now: datetime, state: State, sentence: str) -> Iterator[str]:
    ago = status.seconds_since_report(now)
    report = "nothing sent yet" if ago is None else f"last report {duration(ago)} ago"
    if state is State.CONNECTED:
        yield f"{sentence}, {report}"
    else:
        yield sentence
        yield report.capitalize()
    tests = f", {status.tests_in_words}" if status.tests_today else ""
    yield f"{len(status.slots_today)} of {LOGS_PER_DAY} logs today{tests}"
    yield from (_ended(f"Changed: {change}") for change in status.open_changes[-MOST_CHANGES:])
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        yield f"{_plural(waiting, 'entry')} {'waits' if waiting == 1 else 'wait'} on this machine"
    if state is State.WAITING:
        yield _ended(status.problem)
    if status.failing:
        yield f"{_plural(len(status.failing), 'plugin')} did not do all; `wfhagent status` says why"


def _open_notice(status: Status) -> str:
    return status.notice_version if status.notice in {NEW, SHOWN} else ""


def _ended(sentence: str) -> str:
    """Return *sentence* as it can stand in a menu: one line, not too long, no full stop."""
    line = " ".join(sentence.split()).rstrip(".")
    return line if len(line) <= 160 else f"{line[:159]}…"  # noqa: PLR2004 -- a line of a menu


def _plural(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{count:,} {noun}s"


def version() -> str:
    """Return the last line of the menu."""
    return f"wfhagent {__version__}"
