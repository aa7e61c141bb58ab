"""Starts, shares and stops the embedded PostgreSQL."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wfhserver.clock import Clock, SystemClock
from wfhserver.embedded.layout import CLUSTER, Layout, find_layout, prepare, renew_binaries
from wfhserver.embedded.locks import SharedLock, exclusive
from wfhserver.embedded.major_upgrade import MajorUpgrade, cluster_version, finish_upgrade
from wfhserver.embedded.programs import Programs, major_version
from wfhserver.embedded.server_process import PORT, admit, initialize, start, stop
from wfhserver.embedded.stale import remove_stale_pid_file
from wfhserver.errors import EmbeddedError
from wfhserver.storage.postgres.clusters import ensure_database

log = logging.getLogger(__name__)

# After a kill -9 the old server's processes still hold its memory for some seconds.
_RETRY_SECONDS = 10.0
_RETRY_PAUSE_SECONDS = 0.25


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
                    admit(self._layout, CLUSTER)
                else:
                    self.start()
                asyncio.run(ensure_database(self._layout.url))
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
        """Start PostgreSQL, with its data directory made or brought to its version if need be."""
        renew_binaries(self._layout)
        finish_upgrade(self._layout)
        old, new = cluster_version(self._layout), major_version(self._layout.binaries / "postgres")
        if new is None:
            raise EmbeddedError(
                f"The programs of the embedded PostgreSQL in {self._layout.binaries} do not run."
                " Install wfhserver[embedded] again."
            )
        if old is None:
            initialize(self._programs, CLUSTER)
        else:
            remove_stale_pid_file(self._layout.cluster)
            if old != new:
                MajorUpgrade(programs=self._programs, old=old, new=new).run()
        self._start()

    def stop(self) -> None:
        """Stop PostgreSQL, whoever uses it: `enter` and `leave` ask first."""
        stop(self._programs, CLUSTER)

    def is_running(self) -> bool:
        """Tell whether somebody listens on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self._layout.sockets / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    @property
    def _programs(self) -> Programs:
        return Programs(layout=self._layout, binaries=self._layout.binaries)

    def _start(self) -> None:
        deadline = self._clock.elapsed() + _RETRY_SECONDS
        while True:
            try:
                start(self._programs, CLUSTER)
            except EmbeddedError:
                if self._clock.elapsed() > deadline:
                    raise
                self._clock.pause(_RETRY_PAUSE_SECONDS)
                remove_stale_pid_file(self._layout.cluster)
            else:
                return
