"""The release that administrators offer: the files of one folder, and nothing outside it."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from wfhserver.agent_versions import Version, version_of
from wfhserver.errors import Code, Refusal
from wfhserver.messages import _
from wfhserver.models.bundles import Download, DownloadKind, Downloads

CHUNK_BYTES: Final = 1024 * 1024
_VERSION = r"(?P<version>\d[\w.+]*?)"
_SIGNATURES: Final = (".minisig", ".asc", ".sig")
# As packaging/installers and the workflow of a release name them.
_KINDS: Final = (
    (DownloadKind.WINDOWS, rf"wfhagent-{_VERSION}\.msi"),
    (DownloadKind.MACOS, rf"wfhagent-{_VERSION}-(arm64|x86_64)\.pkg"),
    (DownloadKind.DEBIAN, rf"wfhagent_{_VERSION}_(amd64|arm64)\.deb"),
    (DownloadKind.RPM, rf"wfhagent-{_VERSION}-\d+\.(x86_64|aarch64)\.rpm"),
    (DownloadKind.PLAIN, r"wfhagent-linux(\.tar\.gz)?"),
    (DownloadKind.PLAIN, r"wfhagent-macos-(arm64|x86_64)\.zip"),
    (DownloadKind.PLAIN, r"wfhagent-windows\.(exe|zip)"),
    (DownloadKind.CHECKSUMS, r"SHA256SUMS"),
    (DownloadKind.CONTENTS, r"wfhagent-[\w-]+\.cdx\.json"),
)


class _Known(NamedTuple):
    """What a name says."""

    kind: DownloadKind
    version: str | None


class ReleaseFolder:
    """The files in *folder*; None offers nothing. Hashes are computed once per size and time."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._hashes: dict[str, tuple[int, int, str]] = {}

    def newest(self) -> Version | None:
        """Return the version of the newest package; None without one."""
        newest = self._newest_package()
        return None if newest is None else newest[0]

    def newest_text(self) -> str | None:
        """Return that version as its files are named."""
        newest = self._newest_package()
        return None if newest is None else newest[1]

    def contents(self) -> Downloads:
        """Return the files with their hashes; it reads those that are new."""
        try:
            names = self._names()
        except OSError as error:
            problem = _("{folder} cannot be read: {reason}.").format(
                folder=self._folder, reason=error.strerror
            )
            return Downloads(True, None, [], [], problem)
        files, ignored = [], []
        for name in names:
            try:
                files.append(self._described(name, names))
            except ValueError as error:
                ignored.append(str(error))
            except OSError as error:
                text = _("{name} cannot be read: {reason}.")
                ignored.append(text.format(name=name, reason=error.strerror))
        return Downloads(self._folder is not None, self.newest_text(), files, ignored, None)

    def open(self, name: str) -> tuple[BinaryIO, int]:
        """Return a file and its size in bytes; Refusal `not_found` for all else."""
        if self._folder is None or _known(name) is None:
            raise Refusal(Code.NOT_FOUND, "This release has no such file.")
        try:
            file = self._open(name)
        except (OSError, ValueError):
            raise Refusal(Code.NOT_FOUND, "This release has no such file.") from None
        return file, os.fstat(file.fileno()).st_size

    def _names(self) -> list[str]:
        return [] if self._folder is None else sorted(os.listdir(self._folder))  # noqa: PTH208

    def _newest_package(self) -> tuple[Version, str] | None:
        texts = [known.version for known in self._packages() if known.version is not None]
        found = [(version, text) for text in texts if (version := version_of(text)) is not None]
        return max(found, default=None)

    def _packages(self) -> Iterator[_Known]:
        try:
            names = self._names()
        except OSError:
            return
        for name in names:
            known = _known(name)
            if known is not None and known.version is not None and self._is_offered(name):
                yield known

    def _is_offered(self, name: str) -> bool:
        try:
            return stat.S_ISREG(((self._folder or Path()) / name).lstat().st_mode)
        except OSError:
            return False

    def _described(self, name: str, names: list[str]) -> Download:
        known = _known(name)
        if known is None:
            text = _("{name} is not a file of a release, and is not offered.")
            raise ValueError(text.format(name=name))
        with self._open(name) as file:
            status = os.fstat(file.fileno())
            digest = self._hash(name, file, status)
        signature = next((name + end for end in _SIGNATURES if name + end in names), None)
        return Download(name, known.kind, known.version, status.st_size, digest, signature)

    def _open(self, name: str) -> BinaryIO:
        """Return the regular file *name*; a link may lead out of the folder, and is refused."""
        path = (self._folder or Path()) / name
        if path.is_symlink():
            raise ValueError(
                _("{name} is a symbolic link, and is not offered. Copy the file itself.").format(
                    name=name
                )
            )
        # Not followed either when it becomes one now; not waited for when it is a pipe.
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise ValueError(_("{name} is not a file, and is not offered.").format(name=name))
        return os.fdopen(number, "rb")

    def _hash(self, name: str, file: BinaryIO, status: os.stat_result) -> str:
        key = (status.st_size, status.st_mtime_ns)
        known = self._hashes.get(name)
        if known is not None and known[:2] == key:
            return known[2]
        digest = _sha256(file)
        self._hashes[name] = (*key, digest)
        return digest


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _known(name: str) -> _Known | None:
    """Return what *name* says; None when it is no name of a release."""
    signed = next((name.removesuffix(end) for end in _SIGNATURES if name.endswith(end)), None)
    if signed is not None:
        return _Known(DownloadKind.SIGNATURE, None) if _known(signed) is not None else None
    for kind, pattern in _KINDS:
        found = re.fullmatch(pattern, name, re.ASCII)
        if found is not None:
            return _Known(kind, found.groupdict().get("version"))
    return None
