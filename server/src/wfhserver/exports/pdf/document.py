"""Draws the pages: a header with what was filtered, and the logs with their thumbnails."""

import io
from collections.abc import Iterable
from itertools import chain
from math import ceil

from PIL import Image
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from wfhserver.exports.pdf.fonts import Fonts
from wfhserver.exports.pdf.letters import Letters
from wfhserver.exports.pdf.order import Block, Order
from wfhserver.exports.pdf.pen import Pen
from wfhserver.messages import _

# ASCII85 would cost more than everything else together, and a fifth of the size.
rl_config.useA85 = 0

PER_PAGE = 9
_WIDTH, _HEIGHT = A4
_MARGIN, _TOP, _BLOCK = 36.0, 78.0, 76.0
_SCREENSHOT_SIZE = (115.0, 66.0)
_TEXT_LEFT = _MARGIN + _SCREENSHOT_SIZE[0] + 12
_TITLE, _NAME, _TEXT, _SMALL = 13, 9.5, 8, 7
_QUALITY = 70


class Document:
    """One PDF; give it the blocks in order, then finish it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        fonts = Fonts(order.font)
        self._letters = Letters(fonts)
        self._summary = [*order.summary, *_missing(order, fonts)]
        self._canvas = Canvas(order.output, pagesize=A4, pageCompression=1, invariant=1)
        self._canvas.setTitle(order.title)
        self._canvas.setAuthor(order.author)
        self._canvas.setSubject(order.made)
        self._canvas.setCreator("wfhserver")
        date = f"D:{order.created_at:%Y%m%d%H%M%S%z}"
        self._canvas.setDateFormatter(lambda *__: f"{date[:-2]}'{date[-2:]}'")
        self._pages = max(1, ceil(len(order.blocks) / PER_PAGE))
        self._count = self._begun = 0

    def add(self, block: Block, thumbnail: bytes | None) -> None:
        """Draw the next log."""
        place = self._count % PER_PAGE
        page = self._count // PER_PAGE + 1
        if page > self._begun:
            # Once, also when the first log of a page has to be drawn again.
            self._begun = page
            self._begin_page()
        top = _HEIGHT - _MARGIN - _TOP - place * _BLOCK
        if thumbnail is None:
            self._no_screenshot(top)
        else:
            self._screenshot(thumbnail, top)
        for number, line in enumerate(block.lines):
            size = _NAME if number == 0 else _TEXT
            self._text(line, (_TEXT_LEFT, top - 10 - 12 * number), size)
        self._count += 1

    def finish(self) -> None:
        """Write the file."""
        if self._count == 0:
            self._begin_page()
            at = (_MARGIN, _HEIGHT - _MARGIN - _TOP - 12)
            self._text(_("No logs match these filters."), at, _NAME)
        self._canvas.save()

    def _begin_page(self) -> None:
        page = self._count // PER_PAGE + 1
        if page > 1:
            self._canvas.showPage()
        top = _HEIGHT - _MARGIN
        self._text(self._order.title, (_MARGIN, top - 12), _TITLE)
        for number, line in enumerate(self._summary):
            self._text(line, (_MARGIN, top - 28 - 11 * number), _TEXT)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(_MARGIN, top - _TOP + 12, _WIDTH - _MARGIN, top - _TOP + 12)
        self._text(self._order.made, (_MARGIN, _MARGIN - 12), _SMALL, right=90)
        counted = _("Page {number} of {count}").format(number=page, count=self._pages)
        left = _WIDTH - _MARGIN - self._letters.width(counted, _SMALL)
        self._text(counted, (left, _MARGIN - 12), _SMALL)

    def _text(self, text: str, at: tuple[float, float], size: float, *, right: float = 0) -> None:
        width = _WIDTH - _MARGIN - right - at[0]
        pen = Pen(self._canvas, *at)
        for part in self._letters.parts(self._letters.fit(text, size, width), size):
            pen.write(part, size)
        self._canvas.drawText(pen)

    def _screenshot(self, jpeg: bytes, top: float) -> None:
        self._canvas.drawImage(
            _Jpeg(jpeg),
            _MARGIN,
            top - _SCREENSHOT_SIZE[1],
            *_SCREENSHOT_SIZE,
            preserveAspectRatio=True,
            anchor="nw",
        )

    def _no_screenshot(self, top: float) -> None:
        self._canvas.setStrokeGray(0.7)
        self._canvas.rect(_MARGIN, top - _SCREENSHOT_SIZE[1], *_SCREENSHOT_SIZE)
        self._canvas.setFillGray(0.45)
        self._text(_("no screenshot"), (_MARGIN + 36, top - 36), _SMALL)
        self._canvas.setFillGray(0)
        self._canvas.setStrokeGray(0)


class _Jpeg(ImageReader):  # type: ignore[misc]  # It publishes no types.
    """An image that goes into the file unchanged: named by its bytes, not by its pixels."""

    # No transparency: where the pixels are asked for, this is set.
    _dataA = None  # noqa: N815 -- its name for that

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._content = content

    def getRGBData(self) -> bytes:  # noqa: N802 -- what the canvas asks for
        return self._content


def _missing(order: Order, fonts: Fonts) -> list[str]:
    """Return a sentence about letters that cannot be drawn, if there are any."""
    texts = chain(order.summary, [order.made], *(block.lines for block in order.blocks))
    scripts = fonts.missing({each for each in set().union(*texts) if each.isprintable()})
    if not scripts:
        return []
    sentence = _("{sign} is a character that no font here has ({scripts}). You can still copy it.")
    return [sentence.format(sign=fonts.sign, scripts=", ".join(scripts))]


def as_jpeg(webp: bytes) -> bytes:
    """Return an image in the only compressed format that a PDF can contain unchanged."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(webp)) as image:
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def draw(order: Order, thumbnails: Iterable[bytes | None]) -> None:
    """Draw the whole of *order*; *thumbnails* are JPEGs in the order of its blocks."""
    document = Document(order)
    for block, image in zip(order.blocks, thumbnails, strict=True):
        document.add(block, image)
    document.finish()
