"""Starts, shares and stops the embedded PostgreSQL."""

import asyncio
import logging
import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from wfhserver.clock import Clock, SystemClock
from wfhserver.embedded.layout import SERVER_ROLE, Layout, find_layout, prepare
from wfhserver.embedded.locks import SharedLock, exclusive
from wfhserver.errors import EmbeddedError

log = logging.getLogger(__name__)

# After a kill -9 the old server's processes still hold its memory for some seconds.
_RETRY_SECONDS = 10.0
_RETRY_PAUSE_SECONDS = 0.25
_COMMAND_SECONDS = 60.0

_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    # Each worker of the server takes its pool and a writer.
    "max_connections": "200",
    "log_checkpoints": "off",
}
# Whoever may open the socket is told by the operating system, and only these two are let in.
_HBA = f"local all wfhserver,{SERVER_ROLE} peer map=wfhserver\n"


@contextmanager
def embedded_postgres(
    data_directory: Path, *, user: str = "nobody", clock: Clock | None = None
) -> Iterator[str]:
    """Yield the URL of a running PostgreSQL under *data_directory*, started if need be.

    Stopped at the end unless another process uses it. Raises EmbeddedError.
    """
    layout = find_layout(data_directory, user)
    try:
        prepare(layout)
    except OSError as error:
        raise EmbeddedError(f"The folder {layout.base} cannot be made: {error}.") from error
    if layout.moved:
        log.warning(
            "The user %s cannot reach %s: the embedded PostgreSQL is in %s",
            user,
            data_directory,
            layout.base,
        )
    cluster = Cluster(layout, clock or SystemClock())
    in_use = cluster.enter()
    try:
        yield layout.url
    finally:
        cluster.leave(in_use)


class Cluster:
    """One PostgreSQL data directory and whoever uses it."""

    def __init__(self, layout: Layout, clock: Clock) -> None:
        self._layout = layout
        self._clock = clock
        self._change = layout.base / "change.lock"
        self._users = layout.base / "users.lock"

    def enter(self) -> SharedLock:
        """Start PostgreSQL unless it runs; return the lock to give to `leave`."""
        with exclusive(self._change):
            in_use = SharedLock(self._users)
            try:
                if self.is_running():
                    # It may be one that an older version of this program has started.
                    self._admit()
                else:
                    self.start()
                asyncio.run(_ensure_database(self._layout.url))
            except BaseException:
                in_use.release()
                raise
        return in_use

    def leave(self, in_use: SharedLock) -> None:
        """Stop PostgreSQL if nobody else uses it."""
        with exclusive(self._change):
            if in_use.is_last():
                self.stop()
            in_use.release()

    def start(self) -> None:
        """Start PostgreSQL, making its data directory if there is none."""
        self._make()
        self._start()

    def stop(self) -> None:
        """Stop PostgreSQL, whoever uses it: `enter` and `leave` ask first."""
        self._run("pg_ctl", "stop", "-m", "fast", "-w", "-t", "45", "-D", self._cluster)

    def is_running(self) -> bool:
        """Tell whether somebody listens on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self._layout.sockets / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    @property
    def _cluster(self) -> str:
        return str(self._layout.cluster)

    def _make(self) -> None:
        if not (self._layout.cluster / "PG_VERSION").exists():
            self._run(
                *("initdb", "-D", self._cluster, "-U", "wfhserver", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--auth-host=scram-sha-256", "--auth-local=peer"),
            )
        self._admit()

    def _admit(self) -> None:
        """Say who may connect as whom; `_ensure_database` lets a running PostgreSQL read it."""
        (self._layout.cluster / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        ours = {pwd.getpwuid(os.geteuid()).pw_name}
        if self._layout.account is not None:
            ours.add(self._layout.account.name)
        lines = [
            f'wfhserver "{name}" {role}\n'
            for name in sorted(ours)
            for role in ("wfhserver", SERVER_ROLE)
        ]
        (self._layout.cluster / "pg_ident.conf").write_text("".join(lines), encoding="utf-8")

    def _start(self) -> None:
        options = {**_OPTIONS, "unix_socket_directories": str(self._layout.sockets)}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        deadline = self._clock.elapsed() + _RETRY_SECONDS
        while True:
            try:
                self._run(
                    *("pg_ctl", "start", "-w", "-t", "45", "-D", self._cluster),
                    *("-l", str(self._layout.journal), "-o", words),
                )
            except EmbeddedError:
                if self._clock.elapsed() > deadline:
                    raise
                self._clock.pause(_RETRY_PAUSE_SECONDS)
            else:
                return

    def _run(self, program: str, *arguments: str) -> None:
        account = self._layout.account
        who: dict[str, Any] = {}
        if account is not None:
            who = {"user": account.uid, "group": account.gid, "extra_groups": []}
        try:
            # Not through a pipe: PostgreSQL would inherit it, and reading it would not end.
            with (self._layout.base / "commands.log").open("wb") as output:
                subprocess.run(  # noqa: S603 -- our own program, no shell
                    [self._layout.binaries / program, *arguments],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    # Ctrl-C in the terminal is for the server, which then stops PostgreSQL.
                    start_new_session=True,
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                    timeout=_COMMAND_SECONDS,
                    **who,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedError(
                f"{program} of the embedded PostgreSQL failed ({error}). See"
                f" {self._layout.base / 'commands.log'} and {self._layout.journal}."
            ) from error


async def _ensure_database(url: str) -> None:
    connection = await asyncpg.connect(url, database="postgres", timeout=10)
    try:
        await connection.execute("SELECT pg_reload_conf()")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = 'wfhserver'"):
            await connection.execute("CREATE DATABASE wfhserver")
    finally:
        await connection.close()
