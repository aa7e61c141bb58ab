"""Two PostgreSQL on this machine: one that is written to, and a standby that follows it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wfhserver.embedded.layout import Layout, find_layout, prepare

PORTS = {"one": 5441, "two": 5442}
_CONFIGURATION = """\
port = {port}
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
"""


@dataclass(frozen=True)
class Pair:
    """The databases `one` and `two`, and their sockets, in the layout's base."""

    layout: Layout
    running: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """Where both are."""
        return self.layout.base

    @property
    def url(self) -> str:
        """The address that finds the one that accepts writes."""
        hosts = ",".join([str(self.folder)] * len(PORTS))
        ports = ",".join(map(str, PORTS.values()))
        return (
            f"postgresql://wfhserver@/wfhserver?host={hosts}&port={ports}"
            "&target_session_attrs=read-write"
        )

    def url_of(self, name: str, database: str = "wfhserver") -> str:
        """The address of one of them."""
        return f"postgresql://wfhserver@/{database}?host={self.folder}&port={PORTS[name]}"

    def make(self) -> None:
        """Make and start the first, with an empty database."""
        self._run("initdb", "-D", "one", "-U", "wfhserver", "-A", "trust", "--no-sync")
        self._configure("one")
        self._start("one")
        where = ("-h", str(self.folder), "-p", str(PORTS["one"]), "-U", "wfhserver")
        self._run("createdb", *where, "wfhserver")

    def follow(self, *, synchronous: bool = True) -> None:
        """Let the second follow the first.

        If it is *synchronous*, no commit is acknowledged before the second has it.
        """
        source = f"host={self.folder} port={PORTS['one']} user=wfhserver application_name=two"
        self._run("pg_basebackup", "-D", "two", "-d", source, "-R", "-c", "fast", "--no-sync")
        self._configure("two")
        self._start("two")
        if not synchronous:
            return
        self.execute("one", "ALTER SYSTEM SET synchronous_standby_names = 'two'")
        self.execute("one", "SELECT pg_reload_conf()")

    def lose_first(self) -> None:
        """End the first as a power cut does."""
        self._run("pg_ctl", "-D", "one", "-m", "immediate", "stop")
        self.running.discard("one")

    def promote(self) -> None:
        """Let the second accept writes."""
        self._run("pg_ctl", "-D", "two", "-w", "promote")

    def execute(self, name: str, sql: str) -> str:
        """Run *sql* on one of them and return what it prints."""
        where = ("-h", str(self.folder), "-p", str(PORTS[name]), "-U", "wfhserver")
        return self._run("psql", *where, "-d", "wfhserver", "-X", "-A", "-t", "-c", sql)

    def end(self) -> None:
        """Stop what runs."""
        for name in sorted(self.running):
            self._run("pg_ctl", "-D", name, "-m", "immediate", "stop")

    def _configure(self, name: str) -> None:
        text = _CONFIGURATION.format(port=PORTS[name], folder=self.folder)
        with (self.folder / name / "postgresql.conf").open("a") as file:
            file.write(text)

    def _start(self, name: str) -> None:
        self._run("pg_ctl", "-D", name, "-l", f"{name}.log", "-w", "start")
        self.running.add(name)

    def _run(self, program: str, *arguments: str) -> str:
        account = self.layout.account
        # Not through a pipe where PostgreSQL stays: it would inherit it.
        with (self.folder / f"{program}.log").open("w+") as output:
            done = subprocess.run(
                [self.layout.binaries / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
                check=False,
            )
            output.seek(0)
            text = output.read()
        assert done.returncode == 0, text
        return text


@contextmanager
def pair_in(folder: Path) -> Iterator[Pair]:
    """Yield a pair in *folder*, which PostgreSQL's user can get to, and stop it at the end."""
    layout = find_layout(folder, "nobody")
    prepare(layout)
    pair = Pair(layout)
    try:
        yield pair
    finally:
        pair.end()
