"""What a window of Windows is, from what the system tells of it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PureWindowsPath

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.window import Role, Window, WindowsUnknownError

FRAME = "ApplicationFrameWindow"
"""The frame of a Store program; another process has drawn what is in it."""
CORE_WINDOW = "Windows.UI.Core.CoreWindow"
PANELS = frozenset(
    {
        *("Shell_TrayWnd", "Shell_SecondaryTrayWnd"),
        # Icons that do not fit: Windows 10, Windows 11.
        *("NotifyIconOverflowWindow", "TopLevelWindowForOverflowXamlIsland"),
        # Thumbnails over the taskbar.
        "TaskListThumbnailWnd",
        # Alt-Tab and Task View: before Windows 10, Windows 10, Windows 11.
        *("TaskSwitcherWnd", "MultitaskingViewFrame", "XamlExplorerHostIslandWindow"),
        # The title of a window, under the pointer.
        "tooltips_class32",
    }
)
SHELL_PROGRAMS = frozenset(
    {
        # Toasts and the notification center; Start and search, which list documents.
        *("shellexperiencehost.exe", "shellhost.exe", "startmenuexperiencehost.exe"),
        *("searchhost.exe", "searchapp.exe", "searchui.exe"),
    }
)
_POPUP, _CAPTION = 0x80000000, 0x00C00000  # WS_POPUP, WS_CAPTION
_MOST_WINDOWS, _TRIES = 20_000, 5
_INVALID_WINDOW = 1400
"""ERROR_INVALID_WINDOW_HANDLE: the window that was to be followed is gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Native:
    """What Windows tells of one window.

    Attributes:
        program: the path of its program; empty when Windows does not tell it.
        hosted: for the frame of a Store program, process and path of what is in it; empty when
            nothing is found there.
        style: GWL_STYLE.
        owner: GW_OWNER.
    """

    handle: int
    title: str
    kind: str
    process: int
    program: str
    box: Box
    visible: bool
    style: int
    owner: int
    hosted: tuple[int, str] = (0, "")


def walk(following: Callable[[int], tuple[int, int]]) -> list[int]:
    """Return all windows at the top level, by *following* each with the one behind it.

    *following* takes a window, or 0 for the first, and returns the next, or 0, and the error.

    Raises:
        WindowsUnknownError: they change faster than they can be listed.
    """
    for _ in range(_TRIES):
        found: dict[int, None] = {}
        window, error = following(0)
        # One that has changed its place would be met again, and again.
        while window and window not in found and len(found) < _MOST_WINDOWS:
            found[window] = None
            window, error = following(window)
        if found and not window and error != _INVALID_WINDOW:
            return list(found)
    raise WindowsUnknownError("the windows change while they are listed")


def to_window(native: Native) -> Window:
    """Return *native* as every system tells it.

    Raises:
        WindowsUnknownError: it may be seen, and nobody tells its program.
    """
    framed = native.kind == FRAME
    process, program = native.hosted if framed else (native.process, native.program)
    seen = native.visible and native.box.width > 0 and native.box.height > 0
    if seen and not program:
        raise WindowsUnknownError("Windows does not tell the program of a window")
    names = (native.title, native.kind, *_names(program), *(_names(native.program) * framed))
    return Window(
        number=native.handle,
        box=native.box,
        names=tuple(name for name in names if name),
        visible=native.visible,
        role=_role(native),
        process=process or native.process,
        parent=native.owner,
    )


def _names(program: str) -> tuple[str, ...]:
    file = PureWindowsPath(program)
    return (file.name, file.stem)


def _role(native: Native) -> Role:
    program = PureWindowsPath(native.program).name.lower()
    if native.kind in PANELS or program in SHELL_PROGRAMS:
        return Role.PANEL
    style = native.style & 0xFFFFFFFF
    is_popup = style & _POPUP and style & _CAPTION != _CAPTION
    return Role.POPUP if is_popup else Role.ORDINARY
