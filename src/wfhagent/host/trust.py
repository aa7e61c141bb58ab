"""Whether a drop-in may be loaded: who can write it, and whether it is the one that IT named."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from wfhagent.errors import PluginError


def check_trust(path: Path, trusted: Mapping[str, str]) -> str:
    """Refuse the drop-in at *path* unless only its owner can write it and its hash is known.

    Return its hash.

    Raises:
        PluginError: somebody else may write it, or *trusted* is not empty and says otherwise.
    """
    if sys.platform != "win32":
        _check_owner(path.parent, f"chmod go-w {path.parent}")
    check_files(path)
    digest = tree_hash(path)
    if trusted and trusted.get(path.name) != digest:
        raise PluginError(
            f"{path}: its SHA-256 is {digest}, and [plugins.trusted] does not name it; if this "
            f'is the plugin you want, add "{path.name}" = "{digest}".'
        )
    return digest


def check_files(path: Path) -> None:
    """Refuse the plugin at *path* when it holds links, or somebody else may write it.

    Raises:
        PluginError: it does, or may.
    """
    for part in _files(path):
        if part.is_symlink():
            raise PluginError(
                f"{path}: {part} is a symbolic link, and what it points to cannot be vouched for; "
                "copy the file itself."
            )
    if sys.platform != "win32":
        for part in _files(path):
            _check_owner(part, f"chmod {'-R ' if path.is_dir() else ''}go-w {path}")


def _check_owner(path: Path, remedy: str) -> None:
    """Refuse a file that anybody but its owner can write, or that a third person owns."""
    info = path.stat()
    # In a sticky directory others can add what is theirs, which is refused in turn.
    is_sticky = stat.S_ISDIR(info.st_mode) and info.st_mode & stat.S_ISVTX
    if info.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_sticky:
        raise PluginError(
            f"{path}: others may write it, so others could run code as you; {remedy}."
        )
    if sys.platform != "win32" and info.st_uid not in {0, os.geteuid()}:
        raise PluginError(f"{path}: belongs to neither you nor root; chown it.")


def tree_hash(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder by name and content."""
    digest = hashlib.sha256()
    for file in sorted(_files(path)):
        # Python writes bytecode beside its source, which changes nothing.
        if file.is_dir() or "__pycache__" in file.relative_to(path).parts:
            continue
        if file != path:
            digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    yield path
    if path.is_dir():
        yield from path.rglob("*")
