"""Is this an image? Decides by its header and its end, not by what the sender calls it.

No pixel is decoded here: that costs thirty times as much, and a process with limits does it when
somebody looks, see `image_process`.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from wfhserver.errors import Code, Refusal

IMAGE_LIMIT_BYTES = 10 * 1024 * 1024
IMAGE_LIMIT_PIXELS = 100_000_000
# Three 5K monitors and one of 8K in a row are 23,040 wide. Decoders work row by row, so an image
# that is all height costs more than its pixels tell.
IMAGE_LIMIT_SIDE = 24_000

_SUFFIXES = {"WEBP": "webp", "PNG": "png", "JPEG": "jpg"}
# A JPEG may come in scans, each of which is a look at every pixel for some hundred bytes of file:
# 10 MB of them would keep a core busy for hours. Encoders make about ten.
_SCANS_LIMIT = 32
_SCAN = b"\xff\xda"


def check_image(content: bytes) -> str:
    """Return how names of files of its format end: webp, png or jpg.

    Refusal when *content* is not one whole, still image within the limits.
    """
    with open_image(content) as image:
        kind = image.format or ""
        _check_end(content, kind)
        return _SUFFIXES[kind]


def pixels_of(content: bytes) -> int:
    """Return how many pixels an image claims, without decoding any; Refusal when too many."""
    with open_image(content) as image:
        return image.width * image.height


@contextmanager
def open_image(content: bytes) -> Iterator[Image.Image]:
    """Yield *content* with its header read; Refusal for whatever goes wrong with it meanwhile."""
    # Pillow's own guard then raises or warns in `open`, before any pixel is decoded.
    Image.MAX_IMAGE_PIXELS = IMAGE_LIMIT_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=list(_SUFFIXES)) as image:
            _check_header(image)
            _check_scans(content, image.format or "")
            yield image
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _invalid("has more than 100 million pixels") from None
    except MemoryError:
        raise _invalid("needs more memory to decode than an image of its size may") from None
    except Exception as error:
        raise _invalid(f"is no WebP, PNG or JPEG picture ({type(error).__name__})") from error


def _check_header(image: Image.Image) -> None:
    if image.width * image.height > IMAGE_LIMIT_PIXELS:
        raise _invalid("has more than 100 million pixels")
    if max(image.size) > IMAGE_LIMIT_SIDE:
        raise _invalid(f"is more than {IMAGE_LIMIT_SIDE} pixels wide or high")
    if image.format not in _SUFFIXES or getattr(image, "n_frames", 1) != 1:
        raise _invalid("is not one still picture")


def _check_scans(content: bytes, kind: str) -> None:
    # Within the data of a scan these two bytes never stand together.
    if kind == "JPEG" and content.count(_SCAN) > _SCANS_LIMIT:
        raise _invalid(f"has more than {_SCANS_LIMIT} scans")


def _check_end(content: bytes, kind: str) -> None:
    if not _ends_where_it_should(content, kind):
        raise _invalid("is cut off, or has further bytes behind the picture")


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
