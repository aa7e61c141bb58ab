"""Reads a pack that may come from anybody: nothing is written before all names are checked."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.pack import CONTENT
from wfhagent.plugins.manifest import (
    MANIFEST,
    MOST_MANIFEST_BYTES,
    MOST_SIGNATURE_BYTES,
    SIGNATURE,
    SignedManifest,
    digests,
    read_manifest,
)
from wfhagent.plugins.tree import PACK_FOLDER

MOST_BYTES = 1 << 30
"""Of the files of a pack together, unpacked."""
MOST_FILES = 50_000
_PART_BYTES = 1 << 20
_AT_ONCE = 16
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class PackFile:
    """The pack in *file*: its manifest is checked when it is opened, its files by `unpack`.

    Attributes:
        signed: its manifest, with the signature.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._reported():
            self._archive = zipfile.ZipFile(file)
            try:
                self._infos = self._checked()
                content = self._read(MANIFEST, MOST_MANIFEST_BYTES)
                has_signature = SIGNATURE in self._infos
                signature = self._read(SIGNATURE, MOST_SIGNATURE_BYTES) if has_signature else b""
                manifest = read_manifest(content, str(file))
                self.signed = SignedManifest(
                    manifest=manifest, content=content, signature=signature
                )
                self._compare_names()
            except BaseException:
                self._archive.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._archive.close()

    def unpack(self, folder: Path) -> None:
        """Write the plugin and its manifest into the new *folder*; others may read it.

        Raises:
            PluginError: a file is not the one in the manifest, or cannot be written.
        """
        with self._reported():
            _make_folder(folder)
            for name, digest in sorted(digests(self.signed.manifest).items()):
                self._unpack(name, digest, folder)
            # The previous version is deleted once this one is on the disk. At once, for the disk
            # then writes many files together.
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(_write_through, map(folder.joinpath, self.signed.manifest.files)))
            _make_folder(folder / PACK_FOLDER)
            _write(folder / PACK_FOLDER / MANIFEST, self.signed.content)
            if self.signed.signature:
                _write(folder / PACK_FOLDER / SIGNATURE, self.signed.signature)

    def _unpack(self, name: str, digest: bytes, folder: Path) -> None:
        target = folder / name
        for parent in reversed(target.relative_to(folder).parents[:-1]):
            if not os.path.isdir(folder / parent):  # noqa: PTH112 -- raises nothing
                _make_folder(folder / parent)
        found = hashlib.sha256()
        with self._archive.open(CONTENT + name) as source, target.open("xb") as copy:
            # zipfile gives no more than the size that was checked.
            while part := source.read(_PART_BYTES):
                found.update(part)
                copy.write(part)
        target.chmod(0o644)
        if found.digest() != digest:
            text = _("{name} is not the file whose hash is in the manifest.")
            self._refuse(text.format(name=name))

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._archive.infolist()
        if len(infos) > MOST_FILES:
            text = _("it has {count} files. A pack may have {most}.")
            self._refuse(text.format(count=len(infos), most=MOST_FILES))
        if sum(info.file_size for info in infos) > MOST_BYTES:
            text = _("its files are larger than {most} MiB together.")
            self._refuse(text.format(most=MOST_BYTES >> 20))
        for info in infos:
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind not in {0, stat.S_IFREG}:
                text = _("{name} is no regular file. A pack has no links and no folders.")
                self._refuse(text.format(name=info.filename))
        by_name = {info.filename: info for info in infos}
        if len(by_name) != len(infos):
            self._refuse(_("it has two files of the same name."))
        return by_name

    def _compare_names(self) -> None:
        listed = {CONTENT + name for name in self.signed.manifest.files} | {MANIFEST, SIGNATURE}
        for name in sorted(set(self._infos) - listed):
            self._refuse(_("{name} is not in its manifest.").format(name=name))
        for name in sorted(listed - set(self._infos) - {SIGNATURE}):
            self._refuse(_("{name} is missing.").format(name=name))

    def _read(self, name: str, most: int) -> bytes:
        info = self._infos.get(name)
        if info is None:
            self._refuse(_("it is no pack: it has no {name}.").format(name=name))
        elif info.file_size > most:
            self._refuse(_("{name} is too large.").format(name=name))
        return self._archive.read(name)

    def _refuse(self, problem: str) -> None:
        raise PluginError(f"{self._file}: {problem}")

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            text = _("{file}: {reason}.")
            where = error.filename or self._file
            raise PluginError(text.format(file=where, reason=error.strerror or error)) from error
        except _DAMAGE as error:
            text = _("{file}: is damaged, or no pack: {reason}.")
            raise PluginError(text.format(file=self._file, reason=error)) from error


def _write_through(file: Path) -> None:
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())


def _make_folder(folder: Path) -> None:
    folder.mkdir()
    # Whatever the umask is: employees read what IT has installed, and nobody else writes it.
    folder.chmod(0o755)


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o644)
