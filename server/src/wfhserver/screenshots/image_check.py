"""Is this really an image? Decides by decoding it, not by what the sender calls it.

What comes from agents is decoded by a process of its own: see `image_process`.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from wfhserver.errors import Code, Refusal

log = logging.getLogger(__name__)

PICTURE_LIMIT_BYTES = 10 * 1024 * 1024
PICTURE_LIMIT_PIXELS = 100_000_000
# Three 5K monitors and one of 8K in a row are 23,040 wide. Decoders work row by row, so a picture
# that is all height costs more than its pixels tell.
PICTURE_LIMIT_SIDE = 24_000
THUMBNAIL_PIXELS = 320

_SUFFIXES = {"WEBP": "webp", "PNG": "png", "JPEG": "jpg"}
_THUMBNAIL_QUALITY = 60
# Half of the time of the usual effort, 4, for 3 % more bytes.
_THUMBNAIL_EFFORT = 2
# A JPEG may come in scans, each of which is a look at every pixel for some hundred bytes of file:
# 10 MB of them would keep a core busy for hours. Encoders make about ten.
_SCANS_LIMIT = 32
_SCAN = b"\xff\xda"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture that was decoded; *thumbnail* is a small WebP, None when none could be made."""

    suffix: str
    thumbnail: bytes | None


def pixels_of(content: bytes) -> int:
    """Return how many pixels an image claims, without decoding any; Refusal when too many."""
    with _opened(content) as picture:
        return picture.width * picture.height


def examined(content: bytes) -> Picture:
    """Decode *content*; Refusal when it is not one whole, still image within the limits."""
    with _opened(content) as picture:
        kind = picture.format or ""
        picture.load()
        _check_end(content, kind)
        return Picture(suffix=_SUFFIXES[kind], thumbnail=_thumbnail_of(picture))


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    # Pillow's own guard then raises or warns in `open`, before any pixel is decoded.
    Image.MAX_IMAGE_PIXELS = PICTURE_LIMIT_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=list(_SUFFIXES)) as picture:
            _check_header(picture)
            _check_scans(content, picture.format or "")
            yield picture
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _invalid("has more than 100 million pixels") from None
    except MemoryError:
        raise _invalid("needs more memory to decode than an image of its size may") from None
    except Exception as error:
        raise _invalid(f"is no WebP, PNG or JPEG picture ({type(error).__name__})") from error


def _thumbnail_of(picture: Image.Image) -> bytes | None:
    """Shrink *picture*, which is decoded already, in place."""
    out = io.BytesIO()
    try:
        picture.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
        picture.convert("RGB").save(
            out, "WEBP", quality=_THUMBNAIL_QUALITY, method=_THUMBNAIL_EFFORT
        )
    except Exception as error:  # noqa: BLE001 -- other people's code; the log matters more
        log.warning("No thumbnail could be made (%s)", type(error).__name__)
        return None
    return out.getvalue()


def _check_header(picture: Image.Image) -> None:
    if picture.width * picture.height > PICTURE_LIMIT_PIXELS:
        raise _invalid("has more than 100 million pixels")
    if max(picture.size) > PICTURE_LIMIT_SIDE:
        raise _invalid(f"is more than {PICTURE_LIMIT_SIDE} pixels wide or high")
    if picture.format not in _SUFFIXES or getattr(picture, "n_frames", 1) != 1:
        raise _invalid("is not one still picture")


def _check_scans(content: bytes, kind: str) -> None:
    # Within the data of a scan these two bytes never stand together.
    if kind == "JPEG" and content.count(_SCAN) > _SCANS_LIMIT:
        raise _invalid(f"has more than {_SCANS_LIMIT} scans")


def _check_end(content: bytes, kind: str) -> None:
    if not _ends_where_it_should(content, kind):
        raise _invalid("has further bytes behind the picture")


def _ends_where_it_should(content: bytes, kind: str) -> bool:
    if kind == "WEBP":
        length = int.from_bytes(content[4:8], "little") + 8
        return length <= len(content) <= length + length % 2
    if kind == "PNG":
        return content[-8:-4] == b"IEND"
    # Some encoders pad a JPEG with zero bytes.
    return content.rstrip(b"\0").endswith(b"\xff\xd9")


def _invalid(what: str) -> Refusal:
    return Refusal(Code.SCREENSHOT_INVALID, f"The part screenshot {what}.", field="screenshot")
