"""What the icon says while the pointer rests on it; panels of this kind do not show it."""

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay, Kind, Mask
from wfhagent.desktop.x11.structures import Event
from wfhagent.tray.icons import Panel
from wfhagent.tray.menu import Line
from wfhagent.tray.xembed.layout import Measures, lay_out, place
from wfhagent.tray.xembed.lettering import COLOURS, Lettering
from wfhagent.tray.xembed.window import Window, usual_visual


class Hint:
    """A text next to the icon, until it is closed."""

    def __init__(self, display: EventDisplay, text: str, icon: Box, panel: Panel) -> None:
        self._colors = COLOURS[panel]
        self._measures = Measures.at(display.dpi())
        self._lettering = Lettering(display, self._measures.font)
        monitors = display.monitors()
        room = min(monitor.width for monitor in monitors)
        self._layout = lay_out([Line(text)], self._measures, room, self._lettering.width_of)
        size = self._layout.width, self._layout.height
        box = Box(*place(size, icon, monitors), *size)
        self._window = Window(display, box, usual_visual(display), self._colors.paper, popup=True)
        self._window.name(text)
        display.set_numbers(
            *(self._window.number, "_NET_WM_WINDOW_TYPE", "ATOM"),
            [display.atom("_NET_WM_WINDOW_TYPE_TOOLTIP")],
        )
        self._window.on_event(Mask.EXPOSURE, self._happened)
        self._lettering.write_on(self._window)
        display.x.XMapRaised(display.handle, self._window.number)

    def close(self) -> None:
        """Take it away."""
        self._lettering.close()
        self._window.destroy()

    def _happened(self, event: Event) -> None:
        if event.any.kind == Kind.EXPOSE and event.expose.count == 0:
            (row,) = self._layout.rows
            side = self._measures.edge + self._measures.side
            inside = Box(
                side,
                row.top + self._measures.above,
                self._layout.width,
                row.height - 2 * self._measures.above,
            )
            self._lettering.frame(self._layout, self._measures.edge, self._colors)
            self._lettering.write(self._colors.ink, inside, row.texts)
