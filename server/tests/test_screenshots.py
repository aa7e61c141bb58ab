"""The stores of screenshots: one contract, over a folder and over a server for S3's protocol."""

import asyncio
import errno
import os
import shutil
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wfhserver.clock import SystemClock
from wfhserver.errors import SettingsError, StorageFullError, StoreUnavailableError
from wfhserver.screenshots.bucket import BucketStore
from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.listing import Listing
from wfhserver.screenshots.opened import open_store
from wfhserver.screenshots.store import ScreenshotStore, StoredFile, thumbnail_key
from wfhserver.settings import from_environment

_DAY = date(2026, 11, 23)
_KEY = "2026-11-23/a.webp"
_MAY_BE_KEYS = ["../x", "2026-11-23/../x", "2026-11-23/", "/etc/passwd", "2026-11-23/.x", "x/y"]


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ScreenshotStore:
    """Each store in turn, empty."""
    if request.param == "folder":
        return FolderStore(tmp_path / "new")
    request.getfixturevalue("aws")
    return BucketStore(f"s3://shots/{tmp_path.name}")


async def files(store: ScreenshotStore, day: date = _DAY) -> list[str]:
    return sorted([file.key async for file in store.files(day)])


def test_what_is_put_is_got_listed_and_deleted(store: ScreenshotStore) -> None:
    async def scenario() -> None:
        await store.put(_KEY, b"old")
        await store.put(_KEY, b"image")
        assert await store.get(_KEY) == b"image"
        assert await store.days() == [_DAY]
        assert await files(store) == [_KEY]
        await store.delete(_KEY)
        await store.delete(_KEY)
        assert await files(store) == []

    asyncio.run(scenario())


def test_a_screenshot_that_does_not_exist_is_a_missing_file(store: ScreenshotStore) -> None:
    async def scenario() -> None:
        assert await store.days() == []
        assert await files(store) == []
        with pytest.raises(FileNotFoundError):
            await store.get(_KEY)

    asyncio.run(scenario())


def test_a_day_is_deleted_with_all_its_files_and_no_other(store: ScreenshotStore) -> None:
    async def scenario() -> None:
        for number in range(12):
            await store.put(f"2026-11-23/{number}.webp", b"x")
        await store.put("2026-11-24/a.webp", b"x")
        await store.delete_day(_DAY)
        assert await store.days() == [date(2026, 11, 24)]
        assert await files(store) == []

    asyncio.run(scenario())


def test_files_are_listed_with_their_age(store: ScreenshotStore) -> None:
    async def scenario() -> list[StoredFile]:
        for name in "bca":
            await store.put(f"2026-11-23/{name}.webp", b"x")
        return [file async for file in store.files(_DAY)]

    before = SystemClock().now().timestamp()
    found = asyncio.run(scenario())

    assert sorted(file.key[-6] for file in found) == ["a", "b", "c"]
    assert all(abs(file.modified_at.timestamp() - before) < 60 for file in found)


def test_more_files_than_are_listed_at_once_are_all_listed(tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-23"
    folder.mkdir()
    for number in range(1203):
        (folder / f"{number}.webp").touch()
    (folder / "Stranger").touch()

    assert len(asyncio.run(files(FolderStore(tmp_path)))) == 1203


def test_a_large_screenshot_travels_whole(store: ScreenshotStore) -> None:
    content = os.urandom(10 * 1024 * 1024)

    async def scenario() -> bytes:
        await store.put(_KEY, content)
        return await store.get(_KEY)

    assert asyncio.run(scenario()) == content


@pytest.mark.parametrize("key", _MAY_BE_KEYS)
def test_a_key_never_leads_elsewhere(store: ScreenshotStore, key: str) -> None:
    for call in (store.get, store.delete, lambda key: store.put(key, b"")):
        with pytest.raises(ValueError, match="not a key"):
            asyncio.run(call(key))


def test_a_store_that_works_says_so(store: ScreenshotStore) -> None:
    asyncio.run(store.check())


def test_a_thumbnail_is_next_to_its_screenshot() -> None:
    assert thumbnail_key(_KEY) == "2026-11-23/a.webp.thumbnail.webp"
    with pytest.raises(ValueError, match="not a key"):
        thumbnail_key("../a.webp")


def test_a_put_that_fails_halfway_leaves_no_file_under_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    asyncio.run(store.put("2026-11-23/a.webp", b"old"))

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk broke")

    monkeypatch.setattr(os, "fsync", broken)
    for key in ("2026-11-23/a.webp", "2026-11-23/b.webp"):
        with pytest.raises(StoreUnavailableError, match="the disk broke"):
            asyncio.run(store.put(key, b"new"))

    # Neither half a file nor what is left of one.
    assert asyncio.run(files(store)) == ["2026-11-23/a.webp"]
    assert asyncio.run(store.get("2026-11-23/a.webp")) == b"old"


def test_a_put_into_a_folder_has_reached_the_disk_when_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, synced = tmp_path / "new", []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    asyncio.run(FolderStore(root).put(_KEY, b"image"))

    assert synced == [root / f"{_KEY}.part", root / "2026-11-23", root]


def test_a_folder_that_is_removed_during_a_write_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: shutil.rmtree(tmp_path / "2026-11-23"))

    with pytest.raises(StoreUnavailableError, match="was removed"):
        asyncio.run(FolderStore(tmp_path).put(_KEY, b"image"))


def test_a_disk_without_room_is_reported_before_it_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(StorageFullError, match="is full"):
        asyncio.run(FolderStore(tmp_path).check())


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreUnavailableError, match="cannot be used"):
        asyncio.run(FolderStore(tmp_path / "file").check())


def test_the_setting_chooses_the_store(aws: str, tmp_path: Path) -> None:
    bucket = from_environment({"WFHSERVER_SCREENSHOTS": "s3://shots/wfh/"})
    folder = from_environment({"WFHSERVER_SCREENSHOTS": str(tmp_path)})

    assert isinstance(open_store(bucket), BucketStore)
    assert isinstance(open_store(folder), FolderStore)
    with pytest.raises(SettingsError, match="needs a folder"):
        _ = bucket.screenshots_folder


def test_a_listing_that_was_closed_reads_no_further(tmp_path: Path) -> None:
    # As a thread does that comes late: its caller was canceled meanwhile.
    (tmp_path / "a.webp").touch()
    listing = Listing(tmp_path)
    assert [name for name, _ in listing.piece()] == ["a.webp"]
    listing.close()

    assert listing.piece() == []
    assert Listing(tmp_path / "none").piece() == []


def test_a_folder_that_cannot_be_synced_still_takes_screenshots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    store = FolderStore(tmp_path)
    asyncio.run(store.put(_KEY, b"image"))
    asyncio.run(store.check())

    assert asyncio.run(store.get(_KEY)) == b"image"


@pytest.mark.parametrize("broken", ["open", "fsync", "replace", "unlink", "rmdir"])
def test_the_check_does_all_that_a_screenshot_needs_and_says_what_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    store = FolderStore(tmp_path)
    asyncio.run(store.check())
    assert list(tmp_path.iterdir()) == []

    def fails(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "the disk broke")

    monkeypatch.setattr(os, broken, fails)
    with pytest.raises(StoreUnavailableError, match="the disk broke"):
        asyncio.run(store.check())


def test_what_is_written_is_private_whatever_the_umask(tmp_path: Path) -> None:
    root = tmp_path / "above" / "screenshots"
    before = os.umask(0)
    try:
        asyncio.run(FolderStore(root).put(_KEY, b"image"))
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(each.stat().st_mode) for each in (root.parent, root, root / "2026-11-23")}
    assert modes == {0o700}
    # As an older version has left it.
    root.chmod(0o777)
    asyncio.run(FolderStore(root).check())
    assert stat.S_IMODE(root.stat().st_mode) == 0o755
    assert stat.S_IMODE((root / _KEY).stat().st_mode) == 0o600


def test_a_planted_link_is_followed_neither_to_write_nor_to_read_nor_to_delete(
    tmp_path: Path,
) -> None:
    elsewhere, store = tmp_path / "elsewhere", FolderStore(tmp_path / "screenshots")
    elsewhere.mkdir()
    (elsewhere / "a.webp").write_bytes(b"not yours")
    asyncio.run(store.put("2026-11-24/b.webp", b"ours"))
    (tmp_path / "screenshots" / "2026-11-23").symlink_to(elsewhere)
    for name in ("a.webp", "a.webp.part"):
        (tmp_path / "screenshots" / "2026-11-24" / name).symlink_to(elsewhere / "a.webp")

    for work in (
        store.put(_KEY, b"x"),
        store.get(_KEY),
        store.delete(_KEY),
        store.delete_day(date(2026, 11, 23)),
        store.get("2026-11-24/a.webp"),
        store.put("2026-11-24/a.webp", b"x"),
    ):
        with pytest.raises(StoreUnavailableError):
            asyncio.run(work)

    assert asyncio.run(files(store, date(2026, 11, 23))) == []
    assert [each.name for each in elsewhere.iterdir()] == ["a.webp"]
    assert (elsewhere / "a.webp").read_bytes() == b"not yours"
    assert asyncio.run(store.days()) == [date(2026, 11, 24)]
