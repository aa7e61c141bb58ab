"""Screenshots: one complete, still image is accepted, and nothing else."""

import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from wfhserver.errors import Refusal
from wfhserver.screenshots.image_check import check_image
from wfhserver.testing import Send, TestServer, screenshot_bytes


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
def test_three_formats_of_images_are_accepted(send_log: Send, kind: str) -> None:
    assert send_log(screenshot_bytes(kind)).status_code == 201


def _animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def claiming(size: tuple[int, int]) -> Callable[[], bytes]:
    """Return a PNG whose header claims *size*, with next to no data behind it."""

    def spoil() -> bytes:
        image = bytearray(screenshot_bytes("PNG"))
        image[16:24] = b"".join(side.to_bytes(4, "big") for side in size)
        image[29:33] = zlib.crc32(image[12:29]).to_bytes(4, "big")
        return bytes(image)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: b"",
        lambda: b"<svg/>",
        lambda: screenshot_bytes("GIF"),
        lambda: screenshot_bytes("PNG")[:-20],
        lambda: screenshot_bytes("WEBP", (300, 300))[:-30],
        lambda: screenshot_bytes("JPEG", (300, 300))[:-100],
        lambda: screenshot_bytes("PNG") + b"<script>",
        lambda: screenshot_bytes("WEBP") + b"PK\x03\x04 and more",
        lambda: screenshot_bytes("JPEG") + b"and more",
        _animated,
        claiming((60000, 60000)),
    ],
)
def test_what_is_not_one_complete_image_is_refused_and_not_stored(
    server: TestServer, send_log: Send, spoil: Callable[[], bytes]
) -> None:
    answer = send_log(spoil())

    assert (answer.status_code, answer.json()["code"]) == (422, "screenshot_invalid")
    assert server.files() == []
    assert server.value("SELECT count(*) FROM employee_logs") == 0


def test_an_image_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    whole = screenshot_bytes("JPEG", (64, 64), progressive=True)
    tables, scan = whole.rfind(b"\xff\xc4"), whole.rfind(b"\xff\xda")
    last = whole[min(tables, scan) : -2]
    few, many = (whole[:-2] + last * times + whole[-2:] for times in (2, 50))

    assert check_image(few) == "jpg"
    with pytest.raises(Refusal, match="more than 32 scans"):
        check_image(many)


@pytest.mark.parametrize("size", [(10001, 10000), (60000, 60000)])
def test_an_image_beyond_the_pixel_limit_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Refusal, match="100 million pixels"):
        check_image(claiming(size)())


def test_a_screenshot_with_another_status_than_taken_is_refused(
    server: TestServer, send_log: Send
) -> None:
    answer = send_log(screenshot_bytes(), screenshot={"status": "locked"})

    assert (answer.status_code, answer.json()["field"]) == (422, "screenshot.status")
    assert server.files() == []
