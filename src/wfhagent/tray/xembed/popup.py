"""The menu as a window: drawn, chosen from by pointer and keys, closed by whatever else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wfhagent.desktop.x11.box import Box
from wfhagent.desktop.x11.events import EventDisplay, Kind, Mask
from wfhagent.desktop.x11.structures import Event
from wfhagent.tray.icons import Panel
from wfhagent.tray.menu import Action, Line
from wfhagent.tray.xembed.layout import Measures, lay_out, place
from wfhagent.tray.xembed.lettering import COLOURS, Lettering
from wfhagent.tray.xembed.window import Window, usual_visual

ASYNCHRONOUS = 1
GRANTED = 0
TO_ITS_PARENT = 2
SLIP_MILLISECONDS = 300
"""A button that is let go within this time was a click on the icon, wherever the menu opened."""
UP, DOWN = frozenset({0xFF52, 0xFF97}), frozenset({0xFF54, 0xFF99, 0xFF09})
"""Arrows, also those of the number pad; tab goes down."""
FIRST, LAST = frozenset({0xFF50, 0xFF95}), frozenset({0xFF57, 0xFF9C})
CHOOSE, CLOSE = frozenset({0xFF0D, 0xFF8D, 0x20}), 0xFF1B
"""Return, that of the number pad, space; escape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Where a menu opens, what is behind it, and the moment on the display's own clock."""

    icon: Box
    panel: Panel
    time: int


class Popup:
    """A menu; it has the pointer and the focus until *ended* gets what was chosen, or None."""

    def __init__(
        self,
        display: EventDisplay,
        lines: Sequence[Line],
        opening: Opening,
        ended: Callable[[Action | None], None],
    ) -> None:
        self._display = display
        self._opening = opening
        self._ended = ended
        self._colors = COLOURS[opening.panel]
        self._measures = Measures.at(display.dpi())
        self._lettering = Lettering(display, self._measures.font)
        monitors = display.monitors()
        room = min(monitor.width for monitor in monitors)
        self._layout = lay_out(lines, self._measures, room, self._lettering.width_of)
        self._chosen: int | None = None
        self._before: tuple[int, int] | None = None
        size = self._layout.width, self._layout.height
        at = place(size, opening.icon, monitors)
        self._window = Window(
            *(display, Box(*at, *size), usual_visual(display), self._colors.paper), popup=True
        )
        self._window.name("wfhagent")
        display.set_numbers(
            *(self._window.number, "_NET_WM_WINDOW_TYPE", "ATOM"),
            [display.atom("_NET_WM_WINDOW_TYPE_POPUP_MENU")],
        )
        mask = Mask.EXPOSURE | Mask.KEYS | Mask.PRESSES | Mask.RELEASES | Mask.MOTION
        self._window.on_event(mask, self._happened)
        self._lettering.write_on(self._window)

    def open(self) -> None:
        """Show it; it ends at once where another program has the pointer."""
        self._display.x.XMapRaised(self._display.handle, self._window.number)
        if not self._has_pointer():
            self._end(None)
            return
        # The focus as every window has it: keys that go to others are none of ours.
        self._before = self._display.focus()
        self._display.give_focus(self._window.number, TO_ITS_PARENT)

    def _has_pointer(self) -> bool:
        """Take the pointer; without it nobody could close the menu by a click elsewhere."""
        mask = Mask.PRESSES | Mask.RELEASES | Mask.MOTION
        granted = self._display.x.XGrabPointer(
            *(self._display.handle, self._window.number, 0, mask),
            *(ASYNCHRONOUS, ASYNCHRONOUS, 0, 0, self._opening.time),
        )
        return bool(granted == GRANTED)

    def _end(self, action: Action | None) -> None:
        self._display.x.XUngrabPointer(self._display.handle, 0)
        focused, _heir = self._display.focus()
        if self._before is not None and focused == self._window.number:
            self._display.give_focus(*self._before)
        self._lettering.close()
        self._window.destroy()
        self._ended(action)

    def _happened(self, event: Event) -> None:
        match event.any.kind:
            case Kind.EXPOSE if event.expose.count == 0:
                self._draw()
            case Kind.MOTION:
                self._point_at(self._layout.at(event.pointer.x, event.pointer.y))
            case Kind.BUTTON_PRESS:
                self._pressed(event.pointer.x, event.pointer.y)
            case Kind.BUTTON_RELEASE:
                self._released(event.pointer.x, event.pointer.y, event.pointer.time)
            case Kind.KEY_PRESS:
                self._key(int(self._display.x.XLookupKeysym(event.pointer, 0)))

    def _pressed(self, x: int, y: int) -> None:
        if not Box(0, 0, self._layout.width, self._layout.height).holds(x, y):
            self._end(None)
        else:
            self._point_at(self._layout.at(x, y))

    def _released(self, x: int, y: int, time: int) -> None:
        row = self._layout.at(x, y)
        if row is not None and time - self._opening.time > SLIP_MILLISECONDS:
            self._choose(row)

    def _key(self, keysym: int) -> None:
        if keysym == CLOSE:
            self._end(None)
        elif keysym in CHOOSE:
            if self._chosen is not None:
                self._choose(self._chosen)
        elif keysym in UP | DOWN:
            self._point_at(self._layout.next(self._chosen, 1 if keysym in DOWN else -1))
        elif keysym in FIRST | LAST:
            self._point_at(self._layout.next(None, 1 if keysym in FIRST else -1))

    def _choose(self, row: int) -> None:
        self._end(self._layout.rows[row].action)

    def _point_at(self, row: int | None) -> None:
        if row != self._chosen:
            before, self._chosen = self._chosen, row
            for changed in (before, row):
                if changed is not None:
                    self._draw_row(changed)

    def _draw(self) -> None:
        self._lettering.frame(self._layout, self._measures.edge, self._colors)
        for number in range(len(self._layout.rows)):
            self._draw_row(number)

    def _draw_row(self, number: int) -> None:
        row, measures, colors = self._layout.rows[number], self._measures, self._colors
        width = self._layout.width - 2 * measures.edge
        is_chosen = number == self._chosen
        paper = colors.chosen if is_chosen else colors.paper
        self._lettering.fill(paper, Box(measures.edge, row.top, width, row.height))
        if not row.texts:
            middle = row.top + row.height // 2
            line = Box(measures.edge, middle, width, measures.edge)
            self._lettering.fill(colors.edge, line)
        ink = colors.ink if row.action is not None else colors.soft
        self._lettering.write(
            colors.chosen_ink if is_chosen else ink,
            Box(
                measures.edge + measures.side,
                row.top + measures.above,
                width,
                row.height - 2 * measures.above,
            ),
            row.texts,
        )
