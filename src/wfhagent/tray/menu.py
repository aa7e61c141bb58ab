"""The lines of the menu, whatever draws it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wfhagent.messages import N_, _
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
    Action.COLLECTED: N_("What is collected"),
    Action.JOURNAL: N_("My journal"),
    Action.MY_DATA: N_("My data on the server"),
    Action.CHECK: N_("Run diagnostics"),
    Action.NOTICE: N_("Read the notice"),
    Action.ACKNOWLEDGE: N_("I have read it"),
    Action.ALLOW: N_("Allow screenshots"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: without an *action* it is only text; without a *label* it is a separator."""

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
        *(Line(_(NAMES[action]), action) for action in actions),
        Line(""),
        Line(version()),
    )
