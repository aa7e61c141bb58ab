"""Which windows are to be painted over. Pure."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from wfhagent_screenshot.window import Role, Window


def to_hide(windows: Sequence[Window], patterns: Iterable[str]) -> list[Window]:
    """Return the windows that must not be seen.

    Those with a title or a program like one of *patterns* (`*`, `?`, `[…]`; capitals or not), their
    dialogs and menus; and as long as there is one, minimized ones included, the panels: they show
    titles.
    """
    wanted = [pattern.casefold() for pattern in patterns]
    named = [window for window in windows if _is_like(window, wanted)]
    if not named:
        return []
    hidden = {window.number for window in named}
    processes = {window.process for window in named} - {0}
    for window in windows:
        if window.role is Role.PANEL or (window.role is Role.POPUP and window.process in processes):
            hidden.add(window.number)
    _add_dialogs(windows, hidden)
    return [window for window in windows if window.visible and window.number in hidden]


def _is_like(window: Window, patterns: list[str]) -> bool:
    names = [name.casefold() for name in window.names]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _add_dialogs(windows: Sequence[Window], hidden: set[int]) -> None:
    """Add to *hidden* the dialogs of what is hidden, and theirs."""
    while True:
        more = {window.number for window in windows if window.parent in hidden} - hidden
        if not more:
            return
        hidden |= more
