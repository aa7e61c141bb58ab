"""The files of a drop-in, as they were when its hash was taken."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wfhagent.system.probe import is_folder

BYTECODE_FOLDER = "__pycache__"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """One drop-in.

    Attributes:
        path: its file or folder.
        digest: the SHA-256 of the file, or of all files of the folder by name and content.
        files: the SHA-256 of each of these files, by its real path.
    """

    path: Path
    digest: str
    files: Mapping[str, bytes]

    def read(self, file: str | os.PathLike[str]) -> bytes:
        """Return the content of *file*, which is the content that was hashed.

        Raises:
            ImportError: *file* is no part of this drop-in, or was changed since.
            OSError: it cannot be read.
        """
        content = Path(file).read_bytes()
        if hashlib.sha256(content).digest() != self.files.get(os.path.realpath(file)):
            raise ImportError(
                f"{file}: is not covered by the hash of the plugin {self.path}, so it is not used. "
                "A plugin imports its own folder only, and nothing there changes while it runs",
                path=str(file),
            )
        return content


def read_tree(path: Path) -> Tree:
    """Return the drop-in at *path*.

    Files in `__pycache__` are no part of it: nothing ever reads them.

    Raises:
        OSError: a file in it cannot be read.
    """
    whole = hashlib.sha256()
    files: dict[str, bytes] = {}
    for file in sorted(files_of(path)):
        if is_folder(file) or BYTECODE_FOLDER in file.relative_to(path).parts:
            continue
        content = file.read_bytes()
        if file != path:
            whole.update(file.relative_to(path).as_posix().encode() + b"\0")
        whole.update(content)
        files[os.path.realpath(file)] = hashlib.sha256(content).digest()
    return Tree(path=path, digest=whole.hexdigest(), files=files)


def files_of(path: Path) -> Iterator[Path]:
    """Yield *path*, and whatever is below it where it is a folder."""
    yield path
    if is_folder(path):
        yield from path.rglob("*")
