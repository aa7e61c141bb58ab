"""What stands in the menu, whatever draws it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wfhagent.tray.view import Look, version


class Action(StrEnum):
    """What a click does; each is a command of wfhagent, in a process of its own."""

    JOURNAL = "journal"
    COLLECTED = "collected"
    MY_DATA = "my-data"
    CHECK = "check"
    NOTICE = "notice"
    ACKNOWLEDGE = "acknowledge"
    ALLOW = "allow"


COMMANDS: dict[Action, Sequence[str]] = {
    Action.JOURNAL: ("journal",),
    Action.COLLECTED: ("privacy", "--open"),
    Action.MY_DATA: ("my-data",),
    Action.CHECK: ("doctor", "--open"),
    Action.NOTICE: ("notice", "--open"),
    Action.ACKNOWLEDGE: ("notice", "--acknowledge"),
    Action.ALLOW: ("screenshot", "allow"),
}


NAMES: dict[Action, str] = {
    Action.COLLECTED: "What is collected",
    Action.JOURNAL: "My journal",
    Action.MY_DATA: "My data on the server",
    Action.CHECK: "Run diagnostics",
    Action.NOTICE: "Read the notice",
    Action.ACKNOWLEDGE: "I have read it",
    Action.ALLOW: "Allow screenshots",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: without an *action* it is there to be read; without a *label* it parts."""

    label: str
    action: Action | None = None


def menu_of(look: Look) -> tuple[Line, ...]:
    """Return the lines of the menu, from top to bottom."""
    # It can be read again for as long as there is one; acknowledged only once it was shown.
    notice = [Action.NOTICE] if look.has_notice else []
    if look.notice and look.notice_shown:
        notice.append(Action.ACKNOWLEDGE)
    allow = [Action.ALLOW] if look.may_allow else []
    actions = (*notice, *allow, Action.COLLECTED, Action.JOURNAL, Action.MY_DATA, Action.CHECK)
    return (
        *(Line(line) for line in look.lines),
        Line(""),
        *(Line(NAMES[action], action) for action in actions),
        Line(""),
        Line(version()),
    )
