"""Draws device activity by day: a table of each employee, with the sums of weeks beneath.

A process of its own: an order as JSON on standard input, the PDF on standard output.
"""

import io
import sys
from collections.abc import Sequence

import msgspec
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from wfhserver.exports.pdf.activity_order import ActivityOrder
from wfhserver.exports.pdf.fonts import Fonts
from wfhserver.exports.pdf.letters import Letters
from wfhserver.exports.pdf.pen import Pen
from wfhserver.messages import _

_WIDTH, _HEIGHT = A4
_MARGIN, _LINE = 36.0, 12.5
_TITLE, _NAME, _TEXT, _SMALL = 13, 10, 8, 7
# Where each column begins.
_COLUMNS = (36.0, 150.0, 250.0, 315.0, 380.0, 480.0)


def draw_activity(order: ActivityOrder) -> bytes:
    """Return the PDF."""
    return _Activity(order).draw()


class _Activity:
    def __init__(self, order: ActivityOrder) -> None:
        self._order = order
        self._letters = Letters(Fonts(order.font))
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, pageCompression=1, invariant=1)
        self._canvas.setTitle(order.title)
        self._canvas.setAuthor(order.author)
        self._canvas.setSubject(order.made)
        self._canvas.setCreator("wfhserver")
        self._page = 0
        self._top = 0.0

    def draw(self) -> bytes:
        self._begin_page()
        for table in self._order.tables:
            self._make_room(4)
            self._line([table.name], _NAME)
            self._line(self._order.headings, _SMALL)
            for row in table.rows:
                self._make_room(1)
                self._line(row, _TEXT)
            for line in table.sums:
                self._make_room(1)
                self._line([line], _TEXT)
            self._top -= _LINE
        if not self._order.tables:
            self._line([_("No employees match these filters.")], _NAME)
        self._canvas.save()
        return self._out.getvalue()

    def _make_room(self, lines: int) -> None:
        if self._top - lines * _LINE < _MARGIN:
            self._canvas.showPage()
            self._begin_page()

    def _begin_page(self) -> None:
        self._page += 1
        self._top = _HEIGHT - _MARGIN - _TITLE
        self._text(self._order.title, _MARGIN, self._top, _TITLE)
        for line in self._order.summary:
            self._top -= _LINE
            self._text(line, _MARGIN, self._top, _TEXT)
        self._top -= 0.7 * _LINE
        self._canvas.setLineWidth(0.5)
        self._canvas.line(_MARGIN, self._top, _WIDTH - _MARGIN, self._top)
        self._top -= 1.3 * _LINE
        self._text(self._order.made, _MARGIN, _MARGIN - 12, _SMALL, end=_WIDTH - _MARGIN - 60)
        counted = _("Page {number}").format(number=self._page)
        left = _WIDTH - _MARGIN - self._letters.width(counted, _SMALL)
        self._text(counted, left, _MARGIN - 12, _SMALL)

    def _line(self, cells: Sequence[str], size: float) -> None:
        ends = (*_COLUMNS[1 : len(cells)], _WIDTH - _MARGIN)
        for text, left, end in zip(cells, _COLUMNS, ends, strict=False):
            self._text(text, left, self._top, size, end=end - 4)
        self._top -= _LINE

    def _text(
        self, text: str, left: float, top: float, size: float, *, end: float = _WIDTH - _MARGIN
    ) -> None:
        pen = Pen(self._canvas, left, top)
        for part in self._letters.parts(self._letters.fit(text, size, end - left), size):
            pen.write(part, size)
        self._canvas.drawText(pen)


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=ActivityOrder)
    sys.stdout.buffer.write(draw_activity(given))
