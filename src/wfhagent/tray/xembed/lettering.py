"""Text and areas of one color, in the font of the desktop."""

from collections.abc import Sequence
from ctypes import byref
from typing import NamedTuple

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay
from wfhagent.desktop.x11.structures import Extents, FontColor, RenderColor
from wfhagent.tray.icons import Panel
from wfhagent.tray.xembed.layout import Layout
from wfhagent.tray.xembed.window import Window

FULL = 0xFFFF


class Colors(NamedTuple):
    """As red, green and blue in one number."""

    paper: int
    edge: int
    ink: int
    soft: int
    chosen: int
    chosen_ink: int


COLOURS = {
    Panel.LIGHT: Colors(0xFFFFFF, 0xB9C0C8, 0x1C2530, 0x55606E, 0x2B6CB0, 0xFFFFFF),
    Panel.DARK: Colors(0x1C2229, 0x4A5563, 0xE6E9ED, 0xA5AFBB, 0x2B6CB0, 0xFFFFFF),
}


class Lettering:
    """A font of this *height* in pixels, and what is written with it on a window."""

    def __init__(self, display: EventDisplay, height: int) -> None:
        self._display = display
        self._xft = display.xft
        # fontconfig knows the language of the session, and takes a font that can write it.
        name = f"sans-serif:pixelsize={height}".encode()
        self._font = self._xft.XftFontOpenName(display.handle, display.screen, name)
        self._colors: dict[int, FontColor] = {}
        self._window: Window | None = None
        self._sheet = 0

    def write_on(self, window: Window) -> None:
        """Write on *window* from now on."""
        self._window = window
        self._sheet = self._xft.XftDrawCreate(
            self._display.handle, window.number, window.visual.handle, window.colormap
        )

    def close(self) -> None:
        """Give font and window back."""
        self._xft.XftDrawDestroy(self._sheet)
        self._xft.XftFontClose(self._display.handle, self._font)

    def width_of(self, text: str) -> int:
        """Return how wide *text* is."""
        found, data = Extents(), text.encode()
        self._xft.XftTextExtentsUtf8(
            self._display.handle, self._font, data, len(data), byref(found)
        )
        return int(found.advance)

    def fill(self, color: int, box: Box) -> None:
        """Fill *box*."""
        self._xft.XftDrawRect(self._sheet, byref(self._color(color)), *box)

    def frame(self, layout: Layout, edge: int, colors: Colors) -> None:
        """Fill a window of this *layout*, with an *edge* around it."""
        width, height = layout.width, layout.height
        self.fill(colors.edge, Box(0, 0, width, height))
        self.fill(colors.paper, Box(edge, edge, width - 2 * edge, height - 2 * edge))

    def write(self, color: int, box: Box, texts: Sequence[str]) -> None:
        """Write *texts* under each other into *box*."""
        font = self._font.contents
        for number, text in enumerate(texts):
            data = text.encode()
            leading = box.height // len(texts)
            line = box.y + number * leading
            base = line + (leading - font.ascent - font.descent) // 2 + font.ascent
            self._xft.XftDrawStringUtf8(
                *(self._sheet, byref(self._color(color)), self._font),
                *(box.x, base, data, len(data)),
            )

    def _color(self, color: int) -> FontColor:
        if color not in self._colors and self._window is not None:
            # Eight bits of each become sixteen.
            red, green, blue = (((color >> shift) & 0xFF) * 0x101 for shift in (16, 8, 0))
            wanted, found = RenderColor(red, green, blue, FULL), FontColor()
            self._xft.XftColorAllocValue(
                self._display.handle,
                *(self._window.visual.handle, self._window.colormap),
                *(byref(wanted), byref(found)),
            )
            self._colors[color] = found
        return self._colors[color]
