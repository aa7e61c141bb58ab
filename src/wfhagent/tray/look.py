"""From the agent's status to what the icon shows. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wfhagent import __version__
from wfhagent.status import Status, duration

LOGS_PER_DAY = 2
ACKNOWLEDGED = "acknowledged"


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
    """

    state: State
    sentence: str
    lines: tuple[str, ...]
    notice: str = ""


def look_at(status: Status | None, now: datetime) -> Look:
    """Return the look of *status* when the laptop's clock shows *now*."""
    if status is None:
        return Look(
            State.ATTENTION,
            "The agent has not run here yet",
            ("The agent has not run here yet",),
        )
    state, sentence = _state(status, now)
    return Look(state, sentence, tuple(_lines(status, now, state, sentence)), _open_notice(status))


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
    if _open_notice(status) and (status.logs_held or status.notice == "new"):
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
    yield f"{len(status.slots_today)} of {LOGS_PER_DAY} logs today"
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        yield f"{_plural(waiting, 'entry')} {'waits' if waiting == 1 else 'wait'} on this machine"
    if state is State.WAITING:
        yield _ended(status.problem)
    if status.failing:
        yield f"{_plural(len(status.failing), 'plugin')} did not do all; `wfhagent status` says why"


def _open_notice(status: Status) -> str:
    return "" if status.notice == ACKNOWLEDGED else status.notice_version


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
