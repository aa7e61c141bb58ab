"""Is this really a picture? Decides by decoding it, not by what the sender calls it."""

import asyncio
import io

from PIL import Image

from wfhserver.errors import Code, Refusal

PICTURE_LIMIT_BYTES = 10 * 1024 * 1024
PICTURE_LIMIT_PIXELS = 100_000_000

_SUFFIXES = {"WEBP": "webp", "PNG": "png", "JPEG": "jpg"}
# A picture of the largest size takes some 400 MB while it is decoded.
_AT_ONCE = 2


class PictureCheck:
    """Decodes pictures in threads, a few at a time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def suffix_of(self, content: bytes) -> str:
        """Return `webp`, `png` or `jpg`; Refusal when *content* is no whole, still picture."""
        async with self._places:
            return await asyncio.to_thread(verified_suffix, content)


def verified_suffix(content: bytes) -> str:
    """See PictureCheck.suffix_of."""
    # Pillow's own guard then raises or warns in `open`, before any pixel is decoded.
    Image.MAX_IMAGE_PIXELS = PICTURE_LIMIT_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=list(_SUFFIXES)) as picture:
            kind = picture.format or ""
            _check_header(picture)
            picture.load()
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _invalid("has more than 100 million pixels") from None
    except Exception as error:
        raise _invalid(f"is no WebP, PNG or JPEG picture ({type(error).__name__})") from error
    if not _ends_where_it_should(content, kind):
        raise _invalid("has further bytes behind the picture")
    return _SUFFIXES[kind]


def _check_header(picture: Image.Image) -> None:
    if picture.width * picture.height > PICTURE_LIMIT_PIXELS:
        raise _invalid("has more than 100 million pixels")
    if picture.format not in _SUFFIXES or getattr(picture, "n_frames", 1) != 1:
        raise _invalid("is not one still picture")


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
