"""Pictures: what is one whole, still picture is taken, and nothing else."""

import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from wfhserver.errors import Refusal
from wfhserver.screenshots.image_check import examined
from wfhserver.testing import Send, TestServer, picture


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
def test_three_kinds_of_pictures_are_taken(send_log: Send, kind: str) -> None:
    assert send_log(picture(kind)).status_code == 201


def _animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def claiming(size: tuple[int, int]) -> Callable[[], bytes]:
    """Return a PNG whose header claims *size*, with next to no data behind it."""

    def spoil() -> bytes:
        image = bytearray(picture("PNG"))
        image[16:24] = b"".join(side.to_bytes(4, "big") for side in size)
        image[29:33] = zlib.crc32(image[12:29]).to_bytes(4, "big")
        return bytes(image)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: b"",
        lambda: b"<svg/>",
        lambda: picture("GIF"),
        lambda: picture("PNG")[:-20],
        lambda: picture("WEBP", (300, 300))[:-30],
        lambda: picture("JPEG", (300, 300))[:-100],
        lambda: picture("PNG") + b"<script>",
        lambda: picture("WEBP") + b"PK\x03\x04 and more",
        lambda: picture("JPEG") + b"and more",
        _animated,
        claiming((60000, 60000)),
    ],
)
def test_what_is_not_one_whole_picture_is_refused_and_not_kept(
    house: TestServer, send_log: Send, spoil: Callable[[], bytes]
) -> None:
    answer = send_log(spoil())

    assert (answer.status_code, answer.json()["code"]) == (422, "screenshot_invalid")
    assert house.files() == []
    assert house.value("SELECT count(*) FROM employee_logs") == 0


def test_a_picture_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    whole = picture("JPEG", (64, 64), progressive=True)
    tables, scan = whole.rfind(b"\xff\xc4"), whole.rfind(b"\xff\xda")
    last = whole[min(tables, scan) : -2]
    few, many = (whole[:-2] + last * times + whole[-2:] for times in (2, 50))

    assert examined(few).suffix == "jpg"
    with pytest.raises(Refusal, match="more than 32 scans"):
        examined(many)


@pytest.mark.parametrize("size", [(10001, 10000), (60000, 60000)])
def test_a_picture_beyond_the_pixel_limit_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Refusal, match="100 million pixels"):
        examined(claiming(size)())


def test_a_picture_with_another_status_than_taken_is_refused(
    house: TestServer, send_log: Send
) -> None:
    answer = send_log(picture(), screenshot={"status": "locked"})

    assert (answer.status_code, answer.json()["field"]) == (422, "screenshot.status")
    assert house.files() == []
