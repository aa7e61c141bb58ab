"""The places of the lines of a menu, and of the menu. Pure; all lengths in pixels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wfhagent.desktop.x11.box import Box
from wfhagent.tray.menu import Action, Line

POINTS_PER_INCH = 72.0
FONT_POINTS = 10.0
USUAL_DPI = 96.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """The lengths of a menu, for the density of a monitor."""

    font: int
    side: int
    above: int
    parting: int
    edge: int
    widest: int

    @classmethod
    def at(cls, dpi: float) -> "Measures":
        """Return those for *dpi* dots per inch."""
        scale = dpi / USUAL_DPI
        return cls(
            font=round(FONT_POINTS * dpi / POINTS_PER_INCH),
            side=round(14 * scale),
            above=round(5 * scale),
            parting=round(9 * scale),
            edge=max(1, round(scale)),
            widest=round(460 * scale),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the menu: its *texts* stand under each other, and none is a line that parts."""

    top: int
    height: int
    texts: tuple[str, ...]
    action: Action | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A menu of this size, edges included."""

    width: int
    height: int
    rows: tuple[Row, ...]

    def at(self, x: int, y: int) -> int | None:
        """Return the number of the row at a point of the menu that something can be done with."""
        if not 0 <= x < self.width:
            return None
        for number, row in enumerate(self.rows):
            if row.top <= y < row.top + row.height:
                return number if row.action is not None else None
        return None

    def next(self, current: int | None, step: int) -> int | None:
        """Return the next row that something can be done with, *step* 1 down or -1 up."""
        choices = [number for number, row in enumerate(self.rows) if row.action is not None]
        if not choices:
            return None
        if current not in choices:
            return choices[0 if step > 0 else -1]
        return choices[(choices.index(current) + step) % len(choices)]


def lay_out(
    lines: Sequence[Line], measures: Measures, room: int, width_of: Callable[[str], int]
) -> Layout:
    """Return the layout of *lines* where the monitor is *room* wide.

    *width_of* measures a text in the font of the menu.
    """
    widest = min(measures.widest, room - 2 * (measures.side + measures.edge))
    texts = [tuple(_wrapped(line.label, widest, width_of)) for line in lines]
    leading = round(measures.font * 1.35)
    rows: list[Row] = []
    top = measures.edge + measures.above
    for line, parts in zip(lines, texts, strict=True):
        height = len(parts) * leading + 2 * measures.above if parts else measures.parting
        rows.append(Row(top=top, height=height, texts=parts, action=line.action))
        top += height
    width = max((width_of(text) for parts in texts for text in parts), default=0)
    return Layout(
        min(width, widest) + 2 * (measures.side + measures.edge),
        top + measures.above + measures.edge,
        tuple(rows),
    )


def place(size: tuple[int, int], icon: Box, monitors: Sequence[Box]) -> tuple[int, int]:
    """Return where a menu of *size* is shown: next to the icon, and whole on its monitor."""
    middle = icon.x + icon.width // 2, icon.y + icon.height // 2
    monitor = next((one for one in monitors if one.holds(*middle)), monitors[0])
    width, height = size
    is_upper = middle[1] < monitor.y + monitor.height // 2
    y = icon.y + icon.height if is_upper else icon.y - height
    return (
        _clamped(icon.x, monitor.x, monitor.x + monitor.width - width),
        _clamped(y, monitor.y, monitor.y + monitor.height - height),
    )


def _clamped(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _wrapped(text: str, widest: int, width_of: Callable[[str], int]) -> Iterator[str]:
    """Yield *text* in lines that are no wider than *widest*, but for a word that is."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and width_of(longer) > widest:
            yield line
            longer = word
        line = longer
    if line:
        yield line
