"""Which font draws which letter: DejaVu Sans, then the one of its script, then others.

The scripts of India, South-East Asia and many more have a font each in Debian's fonts-noto-core;
Chinese, Japanese and Korean are in Droid Sans Fallback. Where that is not installed they are drawn
with fonts that are not embedded, which most PDF readers have or find, and some leave blank. What
is in none is drawn as a replacement sign.
"""

import functools
import unicodedata
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

DEJAVU: Final = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
SCRIPTS: Final = Path("/usr/share/fonts/truetype/noto")
# The other file of this package, called Full, lacks Korean.
FALLBACK: Final = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")
OWN: Final = "Own"
_NEXT = "Next"
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
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# "OL CHIKI LETTER LA" is in NotoSansOlChiki, "OLD NORTH ARABIAN LETTER HEH" three words long.
_LONGEST_SCRIPT = 3


class Fonts:
    """Finds the font of a letter; opens the files of those that are needed."""

    def __init__(self, file: str | None) -> None:
        """Take that font; without one DejaVu Sans if it is there, else a smaller one of ours."""
        chosen = file or (str(DEJAVU) if DEJAVU.is_file() else "Vera.ttf")
        self._known = _registered(OWN, chosen)
        for name in (_KANA, _HANGUL, _HAN):
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        self.sign = _REPLACEMENT if ord(_REPLACEMENT) in self._known else "?"

    @functools.cache  # noqa: B019 -- lives as long as its process
    def of(self, letter: str) -> str | None:
        """Return the name of the font that has *letter*, None when there is none."""
        if ord(letter) in self._known:
            return OWN
        for script in _scripts(letter):
            if ord(letter) in self._script(script):
                return script
        if ord(letter) in self._fallback:
            return _NEXT
        ranges = (font for first, last, font in _RANGES if first <= ord(letter) <= last)
        return next(ranges, None)

    @functools.cache  # noqa: B019 -- lives as long as its process
    def width_of(self, letter: str) -> float:
        """Return how wide it is, standing alone, in units of its size."""
        font = self.of(letter)
        return float(pdfmetrics.stringWidth(letter if font else self.sign, font or OWN, 1))

    def missing(self, letters: Iterable[str]) -> list[str]:
        """Return the scripts of those that no font has, by their names in Unicode."""
        return sorted({next(_scripts(letter)) for letter in letters if self.of(letter) is None})

    @functools.cache  # noqa: B019 -- lives as long as its process
    def _script(self, name: str) -> Container[int]:
        file = _files().get(name.replace(" ", "").lower())
        return () if file is None else _registered(name, str(file))

    @functools.cached_property
    def _fallback(self) -> Container[int]:
        # Four megabytes, and mostly not needed.
        return _registered(_NEXT, str(FALLBACK)) if FALLBACK.is_file() else ()


def _scripts(letter: str) -> Iterator[str]:
    """Yield what the script of *letter* may be called: the first word of its name, two, three."""
    words = unicodedata.name(letter, "unknown").title().split()
    for count in range(1, min(len(words), _LONGEST_SCRIPT) + 1):
        yield " ".join(words[:count])


@functools.cache
def _files() -> dict[str, Path]:
    """Return the file of each script; sans where there is one, else serif."""
    return {
        file.stem.removeprefix(style).removesuffix("-Regular").lower(): file
        for style in ("NotoSerif", "NotoSans")
        for file in SCRIPTS.glob(f"{style}*-Regular.ttf")
    }


def _registered(name: str, file: str) -> Container[int]:
    """Register the font and return the letters that it has."""
    font = TTFont(name, file)
    pdfmetrics.registerFont(font)
    letters: Container[int] = font.face.charToGlyph
    return letters
