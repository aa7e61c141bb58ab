"""Thumbnails: small, made when somebody first looks, kept, and gone with their screenshot."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from wfhserver.errors import Code, Refusal, StorageFullError
from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.image_check import check_image
from wfhserver.screenshots.image_decoder import ImageDecoder
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.image_thumbnail import make_thumbnail
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.screenshots.thumbnails import Thumbnails
from wfhserver.testing import screenshot_bytes

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

    with Image.open(io.BytesIO(make_thumbnail(out.getvalue()))) as small:
        assert (small.format, small.mode, small.size) == ("WEBP", "RGB", expected)


@pytest.mark.parametrize("damage", [slice(0, -60), slice(0, 40)])
def test_of_a_damaged_image_no_thumbnail_is_made(damage: slice) -> None:
    with pytest.raises(Refusal, match="no WebP, PNG or JPEG picture"):
        make_thumbnail(screenshot_bytes("WEBP", (300, 300))[damage])


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
    asyncio.run(store.put(_KEY, screenshot_bytes(size=(640, 320))))

    made = ask_for(store)
    asyncio.run(store.delete(_KEY))

    assert made is not None
    assert ask_for(store) == made


def test_there_is_none_of_a_screenshot_that_is_gone(store: FolderStore) -> None:
    with pytest.raises(FileNotFoundError):
        ask_for(store)


def test_a_damaged_screenshot_is_decoded_once_and_has_none(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []
    whole = ImagePool.thumbnail

    async def counted(pool: ImagePool, content: bytes) -> bytes:
        attempts.append(content)
        return await whole(pool, content)

    monkeypatch.setattr(ImagePool, "thumbnail", counted)
    out = io.BytesIO()
    Image.effect_noise((300, 300), 60).convert("RGB").save(out, "WEBP", lossless=True)
    damaged = bytearray(out.getvalue())
    damaged[40:2000] = bytes(1960)
    assert check_image(bytes(damaged)) == "webp"
    asyncio.run(store.put(_KEY, bytes(damaged)))

    found = [ask_for(store), ask_for(store)]

    assert found == [None, None]
    assert len(attempts) == 1


def test_one_that_could_not_be_made_now_is_made_the_next_time(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(store.put(_KEY, screenshot_bytes()))

    async def busy(*_: object) -> bytes:
        raise Refusal(Code.TOO_MANY_REQUESTS, "not now")

    with monkeypatch.context() as patched:
        patched.setattr(ImagePool, "thumbnail", busy)
        with pytest.raises(Refusal, match="not now"):
            ask_for(store)

    assert ask_for(store) is not None


def test_one_that_cannot_be_kept_is_shown(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(store.put(_KEY, screenshot_bytes()))

    async def full(*_: object) -> None:
        raise StorageFullError("full")

    monkeypatch.setattr(FolderStore, "put", full)

    assert ask_for(store) is not None


def test_nothing_is_left_of_a_screenshot_that_is_erased_while_its_thumbnail_is_made(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(store.put(_KEY, screenshot_bytes()))
    whole = ImagePool.thumbnail

    async def erased_meanwhile(pool: ImagePool, content: bytes) -> bytes:
        await store.delete(_KEY)
        await store.delete(thumbnail_key(_KEY))
        return await whole(pool, content)

    monkeypatch.setattr(ImagePool, "thumbnail", erased_meanwhile)

    ask_for(store)

    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_at_most_two_small_images_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = [], []

    async def thumbnail(_: ImageDecoder, content: bytes) -> bytes:
        now.append(content)
        most.append(len(now))
        await asyncio.sleep(0)
        now.remove(content)
        return b"small"

    async def many() -> None:
        pool = ImagePool()
        await asyncio.gather(*(pool.thumbnail(screenshot_bytes(size=(n, n))) for n in range(1, 21)))
        await pool.close()

    monkeypatch.setattr(ImageDecoder, "thumbnail", thumbnail)
    asyncio.run(many())

    assert max(most) == 2
