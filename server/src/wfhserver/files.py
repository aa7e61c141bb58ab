"""Files and folders with the modes that they should have, whatever the umask of the process.

Nothing here follows a symbolic link at the last part of a path: a user who may write into a folder
of the server could lead it elsewhere.
"""

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from wfhserver.errors import SettingsError

PRIVATE_FOLDER: Final = 0o700
PRIVATE_UMASK: Final = 0o077
_PRIVATE_FILE: Final = 0o600


def open_private(path: Path, flags: int) -> int:
    """Open or make the file *path*, which only its owner may read; return its descriptor.

    OSError (ELOOP) when it is a link.
    """
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE_FILE)
    try:
        # It may be older, and made by another umask.
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != _PRIVATE_FILE:
            os.fchmod(descriptor, _PRIVATE_FILE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_private(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write *content* to the file *path*, which only its owner may read."""
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def make_folder(path: Path, mode: int = PRIVATE_FOLDER) -> None:
    """Make the folder *path* and what is missing above it, each with *mode*; change no others.

    NotADirectoryError when it is something else, or a link.
    """
    for each in (*reversed(path.parents), path):
        try:
            each.mkdir(mode=mode)
        except FileExistsError:
            if each == path:
                _close_to_everybody(path)
        except OSError:
            if not each.is_dir():
                raise
        else:
            each.chmod(mode)
    require_folder(path)


def _close_to_everybody(path: Path) -> None:
    """Take back the permissions that an older version gave to everybody, in a folder of ours."""
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid == os.geteuid() and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        path.chmod(mode & ~(stat.S_IWOTH | stat.S_IWGRP))


def require_folder(path: Path) -> None:
    """Raise NotADirectoryError when *path* is no folder but, for example, a link to one."""
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise NotADirectoryError(20, "is not a folder, or a symbolic link", str(path))


def ensure_temporary_folder(data_directory: Path) -> None:
    """Let temporary files lie in *data_directory* where no usual place can be written.

    Raises SettingsError when nothing can be written there either.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        folder = data_directory / "tmp"
        try:
            make_folder(folder)
            os.environ["TMPDIR"] = str(folder)
            tempfile.gettempdir()
        except OSError as error:
            raise SettingsError(
                f"There is no place for temporary files: neither /tmp nor {folder} can be written."
                " Set TMPDIR to a folder of the server."
            ) from error
