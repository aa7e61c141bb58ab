"""The files of a drop-in, as they were when its hash was taken."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wfhagent.system.probe import is_folder

BYTECODE_FOLDER = "__pycache__"
PACK_FOLDER = ".wfhpack"
"""Where an installed pack has its manifest, which names the hash of the plugin."""


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

    Files in `__pycache__` are no part of it: nothing ever reads them. The same holds for the
    manifest of a pack.

    Raises:
        OSError: a file in it cannot be read.
    """
    if not is_folder(path):
        digest = _hash_file(str(path))
        return Tree(path=path, digest=digest.hex(), files={os.path.realpath(path): digest})
    digests = read_digests(path)
    top = os.path.realpath(path)
    files = {os.path.realpath(os.path.join(top, name)): one for name, one in digests.items()}  # noqa: PTH118
    return Tree(path=path, digest=digest_of(digests), files=files)


def read_digests(folder: Path) -> dict[str, bytes]:
    """Return the SHA-256 of each file of the drop-in in *folder*, by its name with `/`.

    Raises:
        OSError: a file cannot be read.
    """
    found = sorted(_files_in(os.path.realpath(folder), ""))
    return {name: _hash_file(file) for name, file in found}


def digest_of(digests: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a folder whose files have *digests*, by name with `/`.

    What is hashed is name, zero byte and SHA-256 of each file: no content can pass for another
    file, and the hashes of the files alone give that of the folder.
    """
    whole = hashlib.sha256()
    for name in sorted(digests):
        whole.update(name.encode(errors="surrogateescape") + b"\0" + digests[name])
    return whole.hexdigest()


def _files_in(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield name and path of each file below *folder*: packages have thousands."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield prefix + entry.name, entry.path
            elif not entry.is_symlink() and not _is_left_out(prefix, entry.name):
                yield from _files_in(entry.path, f"{prefix}{entry.name}/")


def _is_left_out(prefix: str, folder: str) -> bool:
    return folder == BYTECODE_FOLDER or (not prefix and folder == PACK_FOLDER)


def _hash_file(file: str) -> bytes:
    # In parts: a library has more megabytes than the agent.
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 -- a Path for each is slow
        return hashlib.file_digest(stream, "sha256").digest()


def files_of(path: Path) -> Iterator[Path]:
    """Yield *path*, and whatever is below it where it is a folder."""
    yield path
    if is_folder(path):
        yield from path.rglob("*")
