"""Chooses the store by the settings."""

from pathlib import Path

from wfhserver.screenshots.folder import FolderStore
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.settings import Settings


def open_store(settings: Settings) -> ScreenshotStore:
    """Return the store that the settings name; SettingsError when it cannot be one."""
    return open_place(str(settings.screenshots_place))


def open_place(place: str) -> ScreenshotStore:
    """Return the store of a folder or of a URL; SettingsError when it cannot be one."""
    if "://" not in place:
        return FolderStore(Path(place))
    from wfhserver.screenshots.bucket import BucketStore  # noqa: PLC0415 -- 6.5 MiB of a worker

    return BucketStore(place)
