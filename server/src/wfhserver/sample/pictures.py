"""Screens that nobody had: drawn, marked SAMPLE, and alike enough to the real ones for a page."""

import io
from random import Random  # noqa: TID251 -- a type only; it comes as an argument

from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 720)
_BACKGROUNDS = ("#23395b", "#2d3e2f", "#3b2f4a", "#4a3728", "#1f3b3f")
_PAPER, _INK, _FAINT, _LINE = "#fbfbf9", "#2b2b2b", "#b9bec6", "#e3e6ea"
_ACCENTS = ("#2f6fdb", "#c2542d", "#2e8b57", "#8a4fbf", "#b8860b")
_MARK = "SAMPLE"


def screen(rng: Random, caption: str) -> bytes:
    """Return a WebP image of a desktop with two windows and *caption* in its corner."""
    image = Image.new("RGB", SIZE, rng.choice(_BACKGROUNDS))
    draw = ImageDraw.Draw(image)
    windows = [_document, _table, _chart, _mail]
    rng.shuffle(windows)
    windows[0](draw, (40 + rng.randrange(60), 40, 820, 640), rng)
    windows[1](draw, (560, 110 + rng.randrange(80), 1240, 660), rng)
    draw.rectangle((0, 690, 1280, 720), fill="#15181d")
    for number in range(7):
        draw.rounded_rectangle(
            (12 + 34 * number, 695, 36 + 34 * number, 715), 5, fill=rng.choice(_ACCENTS)
        )
    draw.text((1268, 705), caption, fill="#d7dbe0", font=ImageFont.load_default(15), anchor="rm")
    _mark(image)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=50, method=2)
    return out.getvalue()


Box = tuple[int, int, int, int]


def _window(draw: ImageDraw.ImageDraw, box: Box, title: str) -> Box:
    left, top, right, bottom = box
    draw.rounded_rectangle((left + 6, top + 8, right + 6, bottom + 8), 9, fill="#0d0f12")
    draw.rounded_rectangle(box, 9, fill=_PAPER)
    draw.rounded_rectangle((left, top, right, top + 30), 9, fill="#dfe3e8")
    draw.text((left + 14, top + 15), title, fill=_INK, font=ImageFont.load_default(14), anchor="lm")
    return (left + 24, top + 48, right - 24, bottom - 20)


def _document(draw: ImageDraw.ImageDraw, box: Box, rng: Random) -> None:
    left, top, right, bottom = _window(draw, box, "Report - draft")
    draw.rectangle((left, top, left + 300, top + 18), fill=_INK)
    for y in range(top + 40, bottom, 20):
        if rng.random() < 0.88:  # noqa: PLR2004 -- some lines are between paragraphs
            draw.rectangle((left, y, rng.randrange(left + 200, right), y + 8), fill=_FAINT)


def _table(draw: ImageDraw.ImageDraw, box: Box, rng: Random) -> None:
    left, top, right, bottom = _window(draw, box, "Budget")
    for y in range(top, bottom - 20, 24):
        draw.line((left, y, right, y), fill=_LINE, width=1)
        for x in range(left, right - 80, 96):
            draw.line((x, top, x, bottom - 20), fill=_LINE, width=1)
            shade = _INK if y == top else _FAINT
            draw.rectangle((x + 8, y + 8, x + rng.randrange(30, 80), y + 15), fill=shade)


def _chart(draw: ImageDraw.ImageDraw, box: Box, rng: Random) -> None:
    left, top, right, bottom = _window(draw, box, "Figures of the quarter")
    accent = rng.choice(_ACCENTS)
    for x in range(left + 10, right - 40, 46):
        height = rng.randrange(40, bottom - top - 10)
        draw.rectangle((x, bottom - height, x + 30, bottom), fill=accent)
    draw.line((left, bottom, right, bottom), fill=_INK, width=2)


def _mail(draw: ImageDraw.ImageDraw, box: Box, rng: Random) -> None:
    left, top, right, bottom = _window(draw, box, "Mail")
    for y in range(top, bottom - 30, 46):
        draw.ellipse((left, y, left + 28, y + 28), fill=rng.choice(_ACCENTS))
        draw.rectangle((left + 42, y + 2, left + rng.randrange(120, 240), y + 10), fill=_INK)
        draw.rectangle((left + 42, y + 18, rng.randrange(left + 200, right), y + 25), fill=_FAINT)


def _mark(image: Image.Image) -> None:
    layer = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    font = ImageFont.load_default(150)
    draw.text((640, 350), _MARK, fill=(200, 40, 40, 90), font=font, anchor="mm")
    tilted = layer.rotate(18)
    image.paste(tilted, (0, 0), tilted)
