"""Windows of our own on the display."""

from ctypes import byref, c_int
from typing import NamedTuple

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay, Mask, Then
from wfhagent.desktop.x11.structures import VisualInfo, WindowAttributes

INPUT_OUTPUT = 1
ALLOCATE_NONE = 0
VISUAL_NUMBER = 1
BACK_PIXEL, BORDER_PIXEL = 1 << 1, 1 << 3
OVERRIDE_REDIRECT, SAVE_UNDER, COLORMAP = 1 << 9, 1 << 10, 1 << 13
ALPHA_DEPTH = 32


class Visual(NamedTuple):
    """How pixels of a window mean colors; *handle* is the library's own."""

    handle: int
    depth: int

    @property
    def has_alpha(self) -> bool:
        """Whether what is below shines through."""
        return self.depth == ALPHA_DEPTH


def usual_visual(display: EventDisplay) -> Visual:
    """Return that of most windows."""
    x = display.x
    return Visual(
        x.XDefaultVisual(display.handle, display.screen),
        x.XDefaultDepth(display.handle, display.screen),
    )


def visual(display: EventDisplay, number: int) -> Visual | None:
    """Return the visual with this *number*."""
    wanted, count = VisualInfo(number=number), c_int()
    found = display.x.XGetVisualInfo(display.handle, VISUAL_NUMBER, byref(wanted), byref(count))
    if not count.value:
        return None
    first = Visual(found[0].visual, found[0].depth)
    display.x.XFree(found)
    return first


class Window:
    """A window inside of the root window, not shown yet; a *popup* is nobody else's business."""

    def __init__(
        self, display: EventDisplay, box: Box, look: Visual, back: int, *, popup: bool = False
    ) -> None:
        self._display = display
        self.visual = look
        x = display.x
        self.colormap: int = x.XCreateColormap(
            display.handle, display.root, look.handle, ALLOCATE_NONE
        )
        attributes = WindowAttributes(
            back_pixel=back, colormap=self.colormap, override_redirect=popup, save_under=popup
        )
        mask = BACK_PIXEL | BORDER_PIXEL | OVERRIDE_REDIRECT | SAVE_UNDER | COLORMAP
        self.number: int = x.XCreateWindow(
            *(display.handle, display.root, *box, 0, look.depth, INPUT_OUTPUT, look.handle),
            *(mask, byref(attributes)),
        )
        display.set_text(self.number, "WM_CLASS", "STRING", b"wfhagent\0wfhagent\0")

    def on_event(self, mask: Mask, then: Then) -> None:
        """Call *then* with what happens to it."""
        self._display.on_event(self.number, mask, then)

    def name(self, text: str) -> None:
        """Name it for screen readers, and whoever lists windows."""
        self._display.set_text(self.number, "_NET_WM_NAME", "UTF8_STRING", text.encode())
        self._display.set_text(
            self.number, "WM_NAME", "STRING", text.encode("latin-1", errors="replace")
        )

    def destroy(self) -> None:
        """Close it."""
        self._display.ignore(self.number)
        self._display.x.XDestroyWindow(self._display.handle, self.number)
        self._display.x.XFreeColormap(self._display.handle, self.colormap)
