"""Transport `file`: writes what would be sent into a folder."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from wfhagent.plugin import (
    Attachment,
    Config,
    Delivery,
    Meta,
    Parcel,
    ParcelKind,
    Server,
    Transport,
    _,
    hookimpl,
)

TOKEN = "file"  # noqa: S105 -- nobody asks for it
_SUFFIXES = {"image/webp": ".webp", "image/png": ".png", "image/jpeg": ".jpg"}


class FileConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.file]`."""

    directory: Annotated[
        str, Meta(description='Folder to write to; required if [agent] transport is "file".')
    ] = ""


class File(Transport[FileConfig]):
    """Writes to a folder instead of a server. Data counts as delivered once it is on the disk."""

    name = "file"

    def __init__(self, config: FileConfig, server: Server) -> None:
        super().__init__(config, server)
        if not config.directory:
            raise ValueError(_("[plugins.file] directory is empty. Set the folder to write to."))
        self._folder = Path(config.directory)

    def destination(self) -> str:
        """Return the folder."""
        return str(self._folder.absolute())

    def probe(self) -> Delivery:
        """Write an empty file and remove it."""
        name = f".{uuid4().hex}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(name, b"")
            (self._folder / name).unlink()
        except OSError as error:
            return Delivery(status=None, detail=self._unwritable(error))
        return Delivery(status=200, detail=_("{folder} can be written").format(folder=self._folder))

    def send(self, parcel: Parcel) -> Delivery:
        """Write *parcel*; a folder that takes nothing is a Delivery without status."""
        if parcel.kind is ParcelKind.WHEREAMI:
            return Delivery(status=None, detail=_("There is no server that knows the location."))
        if parcel.kind is ParcelKind.MY_DATA_LINK:
            detail = _("There is no server. The data is in {folder}.").format(folder=self._folder)
            return Delivery(status=None, detail=detail)
        if parcel.kind is ParcelKind.CALENDAR:
            return Delivery(status=404, detail=_("There is no server that has a calendar."))
        # Without a server the laptop's own clock is the right one.
        now = datetime.now(UTC)  # noqa: TID251
        if parcel.kind is ParcelKind.ENROLL:
            body = {"token": TOKEN, "slots_taken": []}
            return Delivery(status=201, server_time=now, body=body)
        try:
            self._store(parcel, now)
        except OSError as error:
            return Delivery(status=None, detail=self._unwritable(error))
        return Delivery(status=200, server_time=now)

    def _unwritable(self, error: OSError) -> str:
        text = _("{folder} cannot be written: {error}.")
        return text.format(folder=self._folder, error=error.strerror or error)

    def _store(self, parcel: Parcel, now: datetime) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # The end tells laptops apart that share a folder.
        name = f"{now:%Y%m%dT%H%M%S.%fZ}-{parcel.kind}-{uuid4().hex[:8]}"
        screenshot = parcel.attachment
        if screenshot is not None:
            # Before its log: who finds a log finds its screenshot.
            self._write(name + _suffix(screenshot), screenshot.data)
        self._write(f"{name}.json", parcel.body)

    def _write(self, name: str, data: bytes) -> None:
        """Write a file that is whole or not there, whenever the power goes."""
        part = self._folder / f".{name}.part"
        try:
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self._folder / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _suffix(screenshot: Attachment) -> str:
    return _SUFFIXES.get(screenshot.media_type, ".bin")


@hookimpl
def register_transports() -> list[type[Transport[FileConfig]]]:
    """Register the transport."""
    return [File]
