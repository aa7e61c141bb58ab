"""Whether a drop-in may be loaded: who can write it, and whether it is the one that IT named."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from wfhagent.errors import PluginError


def check_trust(path: Path, trusted: Mapping[str, str]) -> None:
    """Refuse the drop-in at *path* unless only its owner can write it and its hash is known.

    Raises:
        PluginError: somebody else may write it, or *trusted* is not empty and says otherwise.
    """
    if sys.platform != "win32":
        for part in (path.parent, *_files(path)):
            _check_owner(part)
    if not trusted:
        return
    digest = tree_hash(path)
    if trusted.get(path.name) != digest:
        raise PluginError(
            f"{path}: its SHA-256 is {digest}, and [plugins.trusted] does not name it; if this "
            f'is the plugin you want, add "{path.name}" = "{digest}".'
        )


def _check_owner(path: Path) -> None:
    """Refuse a file that anybody but its owner can write, or that a third person owns."""
    info = path.stat()
    if info.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not info.st_mode & stat.S_ISVTX:
        raise PluginError(
            f"{path}: others may write it, so others could run code in the agent; "
            f"chmod go-w {path}."
        )
    if sys.platform != "win32" and info.st_uid not in {0, os.geteuid()}:
        raise PluginError(f"{path}: belongs to neither you nor root; chown it.")


def tree_hash(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's Python files by name and content."""
    digest = hashlib.sha256()
    for file in sorted(_files(path)):
        if file.is_dir():
            continue
        if file != path:
            digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    yield path
    if path.is_dir():
        yield from (file for file in path.rglob("*") if "__pycache__" not in file.parts)
