"""Thumbnails: small, made with the log, made again when missing, and never in its way."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from wfhserver.errors import StorageFullError
from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.image_check import Picture, examined
from wfhserver.screenshots.image_decoder import ImageDecoder
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.screenshots.thumbnails import Thumbnails
from wfhserver.testing import Send, TestServer, picture

_KEY = "2026-11-23/a.webp"


@pytest.mark.parametrize(
    ("kind", "mode", "size", "expected"),
    [
        ("WEBP", "RGB", (1920, 1080), (320, 180)),
        ("PNG", "P", (1080, 1920), (180, 320)),
        ("PNG", "RGBA", (7680, 1080), (320, 45)),
        ("PNG", "I;16", (640, 320), (320, 160)),
        ("PNG", "1", (24_000, 1), (320, 1)),
        ("JPEG", "CMYK", (640, 640), (320, 320)),
        ("WEBP", "RGB", (16, 9), (16, 9)),
    ],
)
def test_a_thumbnail_is_a_webp_within_320_pixels(
    kind: str, mode: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)

    thumbnail = examined(out.getvalue()).thumbnail

    assert thumbnail is not None
    with Image.open(io.BytesIO(thumbnail)) as small:
        assert (small.format, small.mode, small.size) == ("WEBP", "RGB", expected)


def test_it_is_stored_with_the_log(house: TestServer, send_log: Send) -> None:
    send_log(picture(size=(1920, 1080)))

    key = house.value("SELECT screenshot_path FROM employee_logs")
    file = house.settings["data_directory"] / "screenshots" / thumbnail_key(key)
    with Image.open(file) as small:
        assert small.size == (320, 180)


def test_a_log_is_stored_when_no_thumbnail_can_be(
    house: TestServer, send_log: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FolderStore.put

    async def full_for_thumbnails(store: FolderStore, key: str, content: bytes) -> None:
        if "thumbnail" in key:
            raise StorageFullError("full")
        await put(store, key, content)

    monkeypatch.setattr(FolderStore, "put", full_for_thumbnails)

    assert send_log(picture()).status_code == 201
    assert len(house.files()) == 1


def test_a_log_is_stored_when_no_thumbnail_can_be_made(
    house: TestServer, send_log: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "thumbnail", fail)
    without = examined(picture())
    assert without.thumbnail is None

    async def decode(_: ImageDecoder, __: bytes) -> Picture:
        return without

    # The process that decodes has not heard of the failure.
    monkeypatch.setattr(ImageDecoder, "decode", decode)

    assert send_log(picture()).status_code == 201
    assert len(house.files()) == 1


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def ask_for(store: FolderStore) -> bytes | None:
    async def ask() -> bytes | None:
        image_pool = ImagePool()
        try:
            return await Thumbnails(store, image_pool).of(_KEY)
        finally:
            await image_pool.close()

    return asyncio.run(ask())


def test_a_missing_one_is_made_when_it_is_asked_for_and_kept(store: FolderStore) -> None:
    asyncio.run(store.put(_KEY, picture(size=(640, 320))))

    made = ask_for(store)
    asyncio.run(store.delete(_KEY))

    assert made is not None
    assert ask_for(store) == made


def test_there_is_none_of_a_screenshot_that_is_gone_or_damaged(store: FolderStore) -> None:
    gone = ask_for(store)
    asyncio.run(store.put(_KEY, b"no picture"))

    assert (gone, ask_for(store)) == (None, None)


def test_at_most_two_small_images_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = [], []

    async def decode(_: ImageDecoder, content: bytes) -> Picture:
        now.append(content)
        most.append(len(now))
        await asyncio.sleep(0)
        now.remove(content)
        return Picture(suffix="webp", thumbnail=None)

    async def many() -> None:
        looker = ImagePool()
        await asyncio.gather(*(looker.look_at(picture(size=(n, n))) for n in range(1, 21)))
        await looker.close()

    monkeypatch.setattr(ImageDecoder, "decode", decode)
    asyncio.run(many())

    assert max(most) == 2
