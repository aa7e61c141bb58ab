"""What stands in the menu, whatever draws it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wfhagent.tray.look import Look, version


class Action(StrEnum):
    """What a click does; each is a command of wfhagent, in a process of its own."""

    JOURNAL = "journal"
    COLLECTED = "collected"
    MY_DATA = "my-data"
    CHECK = "check"
    NOTICE = "notice"
    ACKNOWLEDGE = "acknowledge"


COMMANDS: dict[Action, Sequence[str]] = {
    Action.JOURNAL: ("journal",),
    Action.COLLECTED: ("privacy", "--open"),
    Action.MY_DATA: ("my-data",),
    Action.CHECK: ("doctor", "--open"),
    Action.NOTICE: ("notice", "--open"),
    Action.ACKNOWLEDGE: ("notice", "--acknowledge"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: without an *action* it is there to be read; without a *label* it parts."""

    label: str
    action: Action | None = None


def menu_of(look: Look) -> tuple[Line, ...]:
    """Return the lines of the menu, from top to bottom."""
    notice = (
        (
            Line("Read what your company says", Action.NOTICE),
            Line("I have read it", Action.ACKNOWLEDGE),
            Line(""),
        )
        if look.notice
        else ()
    )
    return (
        *(Line(line) for line in look.lines),
        Line(""),
        *notice,
        Line("What is collected", Action.COLLECTED),
        Line("My journal", Action.JOURNAL),
        Line("My data on the server", Action.MY_DATA),
        Line("Take part in a check", Action.CHECK),
        Line(""),
        Line(version()),
    )
