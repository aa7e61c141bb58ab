"""Windows of an X display, by what the window manager and the programs say of them (EWMH)."""

import os
from collections.abc import Iterator

from wfhagent.plugin.x11 import Attributes, Display, DisplayError
from wfhagent_screenshot.box import Box
from wfhagent_screenshot.window import Role, Window, WindowsUnknownError

FRAME_DEPTH = 2
"""How deep in its frame a window manager puts the window itself."""
ALL_WORKSPACES = 0xFFFFFFFF
PANELS = ("_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_WINDOW_TYPE_NOTIFICATION")


def windows() -> list[Window]:
    """Return all windows of the display, menus, panels and minimized ones included.

    Raises:
        WindowsUnknownError: the display does not answer.
    """
    try:
        with Display() as display:
            return list(_windows(display))
    except DisplayError as error:
        raise WindowsUnknownError(str(error)) from error


def _windows(display: Display) -> Iterator[Window]:
    workspace = display.numbers(display.root, "_NET_CURRENT_DESKTOP")
    for frame in display.children(display.root):
        seen = display.attributes(frame)
        if seen is None:
            continue
        box = Box(seen.x, seen.y, *(side + 2 * seen.border_width for side in seen.size))
        for window in _described(display, frame, FRAME_DEPTH):
            yield _window(display, window, box, seen, workspace[:1])


def _described(display: Display, window: int, depth: int) -> Iterator[int]:
    """Yield *window*, or the windows inside of it, of which a program says what they are."""
    if display.texts(window, "WM_CLASS") or display.numbers(window, "WM_STATE"):
        yield window
        return
    inner = display.children(window) if depth else []
    found = False
    for child in inner:
        for described in _described(display, child, depth - 1):
            found = True
            yield described
    if not found and depth == FRAME_DEPTH:
        yield window


def _window(
    display: Display, window: int, box: Box, frame: Attributes, workspace: list[int]
) -> Window:
    (process, *_) = display.numbers(window, "_NET_WM_PID") or [0]
    (parent, *_) = display.numbers(window, "WM_TRANSIENT_FOR") or [0]
    titles = [text for name in ("_NET_WM_NAME", "WM_NAME") for text in display.texts(window, name)]
    return Window(
        number=window,
        box=box,
        names=(*dict.fromkeys([*titles, *display.texts(window, "WM_CLASS"), *_program(process)]),),
        visible=frame.is_viewable and not _is_away(display, window, workspace),
        role=_role(display, window, frame),
        process=process,
        parent=parent,
    )


def _is_away(display: Display, window: int, workspace: list[int]) -> bool:
    """Tell whether *window*, though mapped, is minimized or on another workspace."""
    states = display.atoms(window, "_NET_WM_STATE")
    if "_NET_WM_STATE_HIDDEN" in states and "_NET_WM_STATE_SHADED" not in states:
        return True
    own = display.numbers(window, "_NET_WM_DESKTOP")[:1]
    return bool(own and workspace) and own not in ([ALL_WORKSPACES], workspace)


def _role(display: Display, window: int, frame: Attributes) -> Role:
    kinds = display.atoms(window, "_NET_WM_WINDOW_TYPE")
    if any(kind in PANELS for kind in kinds):
        return Role.PANEL
    return Role.POPUP if frame.is_popup else Role.ORDINARY


def _program(process: int) -> list[str]:
    if not process:
        return []
    try:
        return [os.path.basename(os.readlink(f"/proc/{process}/exe"))]  # noqa: PTH115, PTH119
    except OSError:
        # Of another user, or at the other end of a network.
        return []
