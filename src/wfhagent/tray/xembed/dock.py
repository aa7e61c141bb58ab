"""The icon in the tray of a panel, as the system tray protocol and XEmbed have it."""

import logging
import os
from collections.abc import Callable

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay, Kind, Mask
from wfhagent.desktop.x11.structures import Event
from wfhagent.tray.icons import Panel, icon
from wfhagent.tray.view import Look
from wfhagent.tray.xembed.drawing import brightness_behind, draw
from wfhagent.tray.xembed.layout import USUAL_DPI
from wfhagent.tray.xembed.window import Visual, Window, usual_visual, visual

log = logging.getLogger(__name__)

COLOURS = "_NET_SYSTEM_TRAY_COLORS"
USUAL_SIZE = 22
REQUEST_DOCK = 0
MAPPED = 1
SIZE_HINTS = 18
HAS_LEAST_SIZE = 1 << 4
PARENT_RELATIVE = 1
GROUND = {Panel.DARK: 0x1C2229, Panel.LIGHT: 0xFFFFFF}
"""Where nothing shines through: what is behind the icon until its panel says otherwise."""
CLEAR = 0
LEFT, RIGHT = 1, 3
OPENS = frozenset({0xFF0D, 0xFF8D, 0x20, 0xFF67})
"""Return, that of the number pad, space, menu."""
FULL = 0xFFFF
BRIGHT = 0.5
OF_THE_POINTER = 0
"""How it came into the icon or out of it; otherwise by a menu that opens or closes."""
Opened = Callable[[Box, int], None]
"""Where the icon is, and the moment on the display's own clock."""
Rested = Callable[[Box | None], None]
"""Where the icon is that the pointer is on; None when it no longer is."""


def title(look: Look) -> str:
    """Return what the icon is called."""
    return f"wfhagent: {look.sentence}"


class Dock:
    """Keeps the icon in whatever tray there is, and waits for one where there is none.

    Attributes:
        drawn: how often the icon was drawn again for another state.
    """

    def __init__(
        self, display: EventDisplay, look: Look, panel: Panel, opened: Opened, rested: Rested
    ) -> None:
        self.drawn = 0
        self._display = display
        self._look = look
        self._panel = panel
        self._opened = opened
        self._rested = rested
        self._selection = f"_NET_SYSTEM_TRAY_S{display.screen}"
        self._tray = 0
        self._window: Window | None = None
        self._size = (0, 0)
        self._is_inside = False
        self._ground: Panel | None = None
        self._tray_panel: Panel | None = None
        display.on_event(display.root, Mask.STRUCTURE, self._announced)
        self._seek()

    @property
    def is_docked(self) -> bool:
        """Whether a tray has taken the icon."""
        return self._is_inside

    @property
    def panel(self) -> Panel:
        """What is behind the icon: as the tray says, as it is seen, or as people prefer it."""
        if self._tray_panel is not None:
            return self._tray_panel
        return self._panel if self._ground is None else self._ground

    def show(self, look: Look, panel: Panel) -> None:
        """Draw *look*, where it is another one."""
        before, self._look = self._look, look
        redrawn = look.state is not before.state or panel is not self._panel
        self._panel = panel
        if self._window is None:
            return
        if look.sentence != before.sentence:
            self._window.name(title(look))
        if redrawn:
            self.drawn += 1
            self._draw()

    def seek(self) -> None:
        """Ask the tray again that gave the icon back; what else happens is heard of by itself."""
        if self._tray and self._window is None:
            self._seek()

    def _seek(self) -> None:
        """Go to the tray that there is now."""
        self._leave()
        tray = self._display.owner(self._selection)
        if not tray:
            return
        self._tray = tray
        self._display.on_event(tray, Mask.STRUCTURE | Mask.PROPERTIES, self._tray_changed)
        if self._display.owner(self._selection) != tray:
            # It died before we listened; the next one will announce itself.
            self._leave()
            return
        self._hear_colors()
        self._window = self._make()
        self._display.send_message(
            tray, "_NET_SYSTEM_TRAY_OPCODE", 0, REQUEST_DOCK, self._window.number
        )

    def _leave(self) -> None:
        self._give_up()
        if self._tray:
            self._display.ignore(self._tray)
        self._tray = 0

    def _give_up(self) -> None:
        if self._window is not None:
            # Panels that end give their icons back to the root window, as windows with a frame.
            self._window.destroy()
            self._rested(None)
        self._window, self._is_inside, self._ground = None, False, None

    def _make(self) -> Window:
        display = self._display
        look = self._offered_visual()
        edge = round(USUAL_SIZE * display.dpi() / USUAL_DPI)
        self._size = (edge, edge)
        ground = CLEAR if look.has_alpha else GROUND[self.panel]
        window = Window(display, Box(0, 0, edge, edge), look, ground)
        window.name(title(self._look))
        display.set_numbers(window.number, "_NET_WM_PID", "CARDINAL", [os.getpid()])
        display.set_numbers(window.number, "_XEMBED_INFO", "_XEMBED_INFO", [0, MAPPED])
        hints = [HAS_LEAST_SIZE, 0, 0, 0, 0, edge, edge, *(0,) * (SIZE_HINTS - 7)]
        display.set_numbers(window.number, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", hints)
        window.on_event(
            Mask.EXPOSURE | Mask.STRUCTURE | Mask.PRESSES | Mask.KEYS | Mask.CROSSINGS,
            self._happened,
        )
        return window

    def _offered_visual(self) -> Visual:
        """Return the visual that the tray asks for; only some say, and some know transparency."""
        numbers = self._display.numbers(self._tray, "_NET_SYSTEM_TRAY_VISUAL")
        found = visual(self._display, numbers[0]) if numbers else None
        return usual_visual(self._display) if found is None else found

    def _announced(self, event: Event) -> None:
        """A tray that takes over says so to the root window."""
        if (
            event.any.kind == Kind.CLIENT_MESSAGE
            and event.client.message == self._display.atom("MANAGER")
            and event.client.data[1] == self._display.atom(self._selection)
        ):
            self._seek()

    def _tray_changed(self, event: Event) -> None:
        if event.any.kind == Kind.DESTROY:
            self._seek()
        elif event.any.kind == Kind.PROPERTY and event.property.atom == self._display.atom(COLOURS):
            self._hear_colors()
            self._draw()

    def _hear_colors(self) -> None:
        """Take what the tray says of itself: the first three are those of what is written on it."""
        written = self._display.numbers(self._tray, COLOURS)[:3]
        is_dark = sum(written) > BRIGHT * FULL * len(written)
        self._tray_panel = (Panel.DARK if is_dark else Panel.LIGHT) if written else None

    def _happened(self, event: Event) -> None:
        match event.any.kind:
            case Kind.EXPOSE if event.expose.count == 0:
                self._look_behind()
                self._draw()
            case Kind.CONFIGURE:
                size = (event.configure.width, event.configure.height)
                if size != self._size:
                    self._size = size
                    self._draw()
            case Kind.REPARENT if event.reparent.parent != self._display.root:
                self._entered()
            case Kind.REPARENT | Kind.DESTROY:
                # The tray gave it back; it is asked again at the next look, not at once for ever.
                self._give_up()
            case Kind.ENTER if event.crossing.mode == OF_THE_POINTER:
                self._rested(self._box())
            case Kind.LEAVE:
                self._rested(None)
            case Kind.BUTTON_PRESS if event.pointer.detail in {LEFT, RIGHT}:
                self._open(event)
            case Kind.KEY_PRESS if self._keysym(event) in OPENS:
                self._open(event)

    def _entered(self) -> None:
        self._is_inside = True
        if self._window is not None and not self._window.visual.has_alpha:
            # What the panel paints behind it; refused where the panel has another depth.
            self._display.x.XSetWindowBackgroundPixmap(
                self._display.handle, self._window.number, PARENT_RELATIVE
            )
        self._draw()

    def _look_behind(self) -> None:
        if self._window is not None and not self._window.visual.has_alpha:
            seen = brightness_behind(self._display, self._window)
            if seen is not None:
                self._ground = Panel.LIGHT if seen > BRIGHT else Panel.DARK

    def _open(self, event: Event) -> None:
        box = self._box()
        if box is not None:
            self._opened(box, event.pointer.time)

    def _box(self) -> Box | None:
        if self._window is None:
            return None
        return Box(*self._display.place_of(self._window.number), *self._size)

    def _keysym(self, event: Event) -> int:
        return int(self._display.x.XLookupKeysym(event.pointer, 0))

    def _draw(self) -> None:
        if self._window is not None and self._is_inside:
            draw(self._display, self._window, self._size, icon(self._look.state, self.panel))
