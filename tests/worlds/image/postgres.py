"""PostgreSQL 17 with passwords, reached over TCP, as a container of it would be."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import wait_until
from tests.worlds.processes import end
from tests.worlds.root import Root, copied_root
from tests.worlds.roots import postgres_root

BIN = "/usr/lib/postgresql/17/bin"
FAST = (
    *("fsync=off", "dynamic_shared_memory_type=mmap", "unix_socket_directories=/tmp"),
    *("listen_addresses=127.0.0.1",),
)


@dataclass(frozen=True, slots=True)
class Database:
    """The server on *port* of loopback; *password* is that of its administrator."""

    root: Root
    port: int
    password: str

    def ask(self, sql: str, database: str = "wfhserver") -> str:
        """Return what *sql* finds, as its administrator."""
        return self.root.run(
            *("env", f"PGPASSWORD={self.password}", f"{BIN}/psql", "-qXAt"),
            *("-h", "127.0.0.1", "-p", self.port, "-U", "postgres", "-d", database, "-c", sql),
        ).strip()


@contextmanager
def running_postgres(folder: Path, port: int) -> Iterator[Database]:
    """Yield a PostgreSQL that has no database of ours."""
    with ExitStack() as stack:
        root = stack.enter_context(copied_root(postgres_root(), folder))
        database = Database(root, port, "administrator's")
        root.write("/srv/password", database.password)
        root.run("install", "-d", "-o", "postgres", "/srv/cluster")
        as_postgres = ("runuser", "-u", "postgres", "--")
        root.run(
            *(*as_postgres, f"{BIN}/initdb", "--pgdata=/srv/cluster", "--no-sync"),
            *("--username=postgres", "--auth=scram-sha-256", "--pwfile=/srv/password"),
        )
        options = [word for setting in FAST for word in ("-c", setting)]
        command = ["chroot", str(root.tree), "setpriv", "--reuid=postgres", "--clear-groups"]
        command += [f"{BIN}/postgres", "-D", "/srv/cluster", "-p", str(port), *options]
        with (folder / "postgres.log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        stack.callback(end, server)
        ready = ("chroot", str(root.tree), f"{BIN}/pg_isready", "-h", "127.0.0.1", "-p", str(port))
        wait_until(
            lambda: subprocess.run(ready, check=False, capture_output=True).returncode == 0,
            "PostgreSQL",
        )
        yield database
