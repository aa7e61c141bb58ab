"""What a store of screenshots offers, and the keys that it takes."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

_KEY = re.compile(r"\A\d{4}-\d{2}-\d{2}/[a-z0-9][a-z0-9.-]{0,200}\Z")
_DAY = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z")
_THUMBNAIL = ".thumbnail.webp"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file as the store lists it."""

    key: str
    modified_at: datetime


class ScreenshotStore(Protocol):
    """Files by key, `YYYY-MM-DD/<name>`; no method blocks the event loop.

    Every method raises StoreUnavailableError when the store cannot be used at the moment, and
    ValueError when what is named is no key.
    """

    async def put(self, key: str, content: bytes) -> None:
        """Store *content*, durable when this returns; StorageFullError when there is no room.

        Readers see the whole file or none.
        """

    async def get(self, key: str) -> bytes:
        """Return what was put; FileNotFoundError when there is nothing."""

    async def delete(self, key: str) -> None:
        """Delete what was put; nothing happens when there is nothing."""

    async def days(self) -> list[date]:
        """Return the days that have files, oldest first."""

    def files(self, day: date) -> AsyncIterator[StoredFile]:
        """Yield the files of *day* in any order, unfinished ones too; memory stays flat.

        What is deleted meanwhile may or may not come.
        """

    async def delete_day(self, day: date) -> None:
        """Delete everything of *day*."""

    async def check(self) -> None:
        """Return when the store can be reached."""


def is_key(text: str) -> bool:
    """Tell whether *text* can name a file: a day, and a name that is harmless everywhere."""
    return _KEY.match(text) is not None


def check_key(key: str) -> str:
    """Return *key*; ValueError when it is not a key."""
    if not is_key(key):
        raise ValueError(f"{key!r} is not a key of a screenshot")
    return key


def thumbnail_key(key: str) -> str:
    """Return the key of a screenshot's thumbnail: next to it, so that both are deleted at once."""
    return check_key(key) + _THUMBNAIL


def is_thumbnail(key: str) -> bool:
    """Tell whether *key* is that of a thumbnail."""
    return key.endswith(_THUMBNAIL)


def screenshot_of(key: str) -> str:
    """Return the key of the screenshot that a file belongs to: it or its thumbnail."""
    return key.removesuffix(_THUMBNAIL)


def day_of(name: str) -> date | None:
    """Return the day that a folder is named after; None for a folder of somebody else."""
    if _DAY.match(name) is None:
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
