"""Which font draws which letter: DejaVu Sans, then Droid Sans Fallback, then one of the reader's.

Chinese, Japanese and Korean are in Droid Sans Fallback. Where that is not installed they are drawn
with fonts that are not embedded, which most PDF readers have or find, and some leave blank. Scripts
that both lack (those of India and South-East Asia, for example) are drawn as a replacement sign,
and Arabic letters stand alone and from left to right.
"""

import functools
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

DEJAVU: Final = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
# The other file of this package, called Full, lacks Korean.
FALLBACK: Final = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")
_OWN, _NEXT = "Own", "Next"
_KANA, _HANGUL, _HAN = "HeiseiKakuGo-W5", "HYGothic-Medium", "STSong-Light"
_RANGES = (
    (0x3040, 0x30FF, _KANA),
    (0x31F0, 0x31FF, _KANA),
    (0xFF66, 0xFF9F, _KANA),
    (0x1100, 0x11FF, _HANGUL),
    (0x3130, 0x318F, _HANGUL),
    (0xAC00, 0xD7AF, _HANGUL),
    (0x3000, 0x303F, _HAN),
    (0x3400, 0x4DBF, _HAN),
    (0x4E00, 0x9FFF, _HAN),
    (0xF900, 0xFAFF, _HAN),
    (0xFF00, 0xFFEF, _HAN),
)
_REPLACEMENT, _CUT = "\N{REPLACEMENT CHARACTER}", "\N{HORIZONTAL ELLIPSIS}"


class Letters:
    """Splits text by font, and cuts it to a width."""

    def __init__(self, file: str | None) -> None:
        """Take that font; without one DejaVu Sans if it is there, else a smaller one of ours."""
        chosen = file or (str(DEJAVU) if DEJAVU.is_file() else "Vera.ttf")
        self._known = _registered(_OWN, chosen)
        for name in (_KANA, _HANGUL, _HAN):
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        # Those that are drawn as they are with the first font: mostly all.
        self._plain: set[str] = set()

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (font, part) in order."""
        if text and self._plain.issuperset(text):
            yield _OWN, text
            return
        part, current = "", _OWN
        for letter in text:
            font, drawn = self._font_of(letter)
            if font != current and part:
                yield current, part
                part = ""
            current = font
            part += drawn
        if part:
            yield current, part

    def fit(self, text: str, size: float, width: float) -> str:
        """Return *text*, or as much of its beginning as fits."""
        if self._width(text, size) <= width:
            return text
        shorter = text
        while shorter and self._width(shorter + _CUT, size) > width:
            shorter = shorter[: len(shorter) - max(1, len(shorter) // 16)]
        return shorter + _CUT

    def _width(self, text: str, size: float) -> float:
        return sum(map(self._width_of, text)) * size

    @functools.cache  # noqa: B019 -- lives as long as its process
    def _width_of(self, letter: str) -> float:
        font, drawn = self._font_of(letter)
        return float(pdfmetrics.stringWidth(drawn, font, 1))

    @functools.cached_property
    def _fallback(self) -> Container[int]:
        # Four megabytes, and mostly not needed.
        return _registered(_NEXT, str(FALLBACK)) if FALLBACK.is_file() else ()

    @functools.cache  # noqa: B019 -- lives as long as its process
    def _font_of(self, letter: str) -> tuple[str, str]:
        if not letter.isprintable():
            return _OWN, " "
        if ord(letter) in self._known:
            self._plain.add(letter)
            return _OWN, letter
        if ord(letter) in self._fallback:
            return _NEXT, letter
        for first, last, font in _RANGES:
            if first <= ord(letter) <= last:
                return font, letter
        return _OWN, _REPLACEMENT if ord(_REPLACEMENT) in self._known else "?"


def _registered(name: str, file: str) -> Container[int]:
    """Register the font and return the letters that it has."""
    font = TTFont(name, file)
    pdfmetrics.registerFont(font)
    letters: Container[int] = font.face.charToGlyph
    return letters
