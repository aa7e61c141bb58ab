"""From a line of text to what is drawn, left to right: its order, its fonts, its joined letters.

Arabic and Hebrew run from right to left (Unicode's bidirectional algorithm), in a line that as a
whole runs from left to right. HarfBuzz joins, stacks and moves letters as their script wants it.
"""

import functools
import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from bidi import algorithm
from bidi.mirror import MIRRORED
from reportlab.lib.abag import ABag
from reportlab.pdfbase.ttfonts import ShapedStr, shapeFragWord

from wfhserver.exports.pdf.fonts import OWN, Fonts

_CUT = "\N{HORIZONTAL ELLIPSIS}"
# These characters only change the form of letters; they have no glyph themselves.
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_TO_RIGHT, _TO_LEFT = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
_MARKS = _TO_RIGHT + _TO_LEFT
_UNSEEN = _JOINERS + _MARKS
_LAST = "\uffff"
_FROM_THE_RIGHT = ("R", "AL")


class TextRun(NamedTuple):
    """Text in one font; *says* is what it means, where that is not what is drawn."""

    font: str
    drawn: str
    says: str | None = None


class _Letter(NamedTuple):
    letter: str
    font: str | None
    script: str
    level: int


class Letters:
    """Splits text into parts, and cuts it to a width."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        # Those that are drawn as they are with the first font: mostly all.
        self._plain: set[str] = set()

    def parts(self, text: str, size: float) -> Iterator[TextRun]:
        """Yield what is drawn, in order."""
        if text and self._plain.issuperset(text):
            yield TextRun(OWN, text)
            return
        for (font, _, level), group in groupby(self._visual(text), key=lambda each: each[1:]):
            seen = "".join(each.letter for each in group)
            seen = seen.replace(_TO_RIGHT, "").replace(_TO_LEFT, "")
            says = seen[::-1] if level % 2 else seen
            if font is None:
                # Which ones they were is kept, to be copied and searched for.
                yield TextRun(OWN, self._fonts.sign * len(says), says)
            elif any(map(_is_formed, says)):
                yield from _shaped(says, font, size, from_right=level % 2 == 1)
            else:
                turned = "".join(MIRRORED.get(each, each) for each in seen) if level % 2 else seen
                # Beyond this, reportlab tells readers of another letter.
                yield TextRun(font, turned, says if max(says, default="") > _LAST else None)

    def fit(self, text: str, size: float, width: float) -> str:
        """Return *text*, or as much of its beginning as fits; without what cannot be printed."""
        if self._plain.issuperset(text):
            drawn = text
        else:
            printable = (each if each.isprintable() or each in _UNSEEN else " " for each in text)
            drawn = unicodedata.normalize("NFC", "".join(printable))
        if self.width(drawn, size) <= width:
            return drawn
        while drawn and self.width(drawn + _CUT, size) > width:
            drawn = drawn[: len(drawn) - max(1, len(drawn) // 16)]
        return drawn + _CUT

    def width(self, text: str, size: float) -> float:
        """Return how wide *text* is."""
        return sum(map(self._width_of, text)) * size

    @functools.cache  # noqa: B019 -- lives as long as its process
    def _width_of(self, letter: str) -> float:
        return 0.0 if letter in _UNSEEN else self._fonts.width_of(letter)

    def _visual(self, text: str) -> Iterator[_Letter]:
        """Yield the letters from left to right; those of an odd level run the other way."""
        font: str | None = OWN
        script = ""
        known: list[tuple[str | None, str]] = []
        for letter in text:
            if not (known and self._goes_on(letter, font)):
                font, script = self._fonts.of(letter), _script_of(letter)
                if font == OWN and not _is_formed(letter):
                    self._plain.add(letter)
            known.append((font, script))
        for at, level in _ordered(text):
            yield _Letter(text[at], *known[at], level)

    def _goes_on(self, letter: str, font: str | None) -> bool:
        """Tell whether *letter* belongs to the one before it, which is in *font*."""
        if letter in _UNSEEN:
            return True
        return _is_mark(letter) and self._fonts.of(letter) in (font, None)


def apart(text: str) -> str:
    """Return *text* so that it and the text around it do not change each other's order."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    first = next((each for each in strong if each in ("L", *_FROM_THE_RIGHT)), "L")
    if first != "L":
        return f"{_TO_LEFT}{text}{_TO_LEFT}{_TO_RIGHT}"
    return text + _TO_RIGHT if _runs_from_right(text) else text


def _runs_from_right(text: str) -> bool:
    """Tell whether *text* has letters of such a script."""
    return any(unicodedata.bidirectional(letter) in _FROM_THE_RIGHT for letter in text)


def _ordered(text: str) -> list[tuple[int, int]]:
    """Return the places of the letters from left to right, each with its embedding level."""
    if not _runs_from_right(text):
        return [(at, 0) for at in range(len(text))]
    storage: dict[str, Any] = {**algorithm.get_empty_storage(), "base_level": 0, "base_dir": "L"}
    algorithm.get_embedding_levels(text, storage)
    for at, each in enumerate(storage["chars"]):
        each["at"] = at
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    algorithm.reorder_resolved_levels(storage, debug=False)
    order = []
    for each in storage["chars"]:
        at, level = each["at"], each["level"]
        # The algorithm takes joiners out; they stay behind their letter.
        behind = len(text[at + 1 :]) - len(text[at + 1 :].lstrip(_JOINERS))
        places = range(at, at + 1 + behind)
        order += [(place, level) for place in (reversed(places) if level % 2 else places)]
    return order


def _shaped(text: str, font: str, size: float, *, from_right: bool) -> Iterator[TextRun]:
    """Yield *text* as the glyphs that HarfBuzz chooses, with their places."""
    word = [0, (ABag(fontName=font, fontSize=size), text)]
    glyphs = shapeFragWord(word, features={})[1][1]
    if not (from_right and isinstance(glyphs, ShapedStr)):
        yield TextRun(font, glyphs, text)
        return
    # Readers reverse text that runs from right to left: so each glyph carries its own characters.
    starts = [each.cluster for each in glyphs.__shapeData__]
    ends = dict(pairwise([*sorted(set(starts)), len(text)]))
    for start, places in groupby(range(len(starts)), key=lambda at: starts[at]):
        first, *rest = places
        yield TextRun(font, glyphs[first : first + len(rest) + 1], text[start : ends[start]])


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M"


def _is_formed(letter: str) -> bool:
    """Tell whether its shape or position depends on its neighbors."""
    return _runs_from_right(letter) or _is_mark(letter) or letter in _JOINERS


def _script_of(letter: str) -> str:
    """Return what must not be shaped together with another script."""
    return unicodedata.name(letter, "").partition(" ")[0] if _is_formed(letter) else ""
