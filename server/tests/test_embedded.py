"""The embedded PostgreSQL starts whatever is left of an earlier one, and brings its data along."""

import asyncio
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.scratch import open_folder

from wfhserver.clock import SystemClock
from wfhserver.days import RetentionCalendar
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import find_layout, prepare
from wfhserver.embedded.major_upgrade import finish_upgrade
from wfhserver.embedded.programs import Programs
from wfhserver.embedded.server_process import start, stop
from wfhserver.errors import EmbeddedError
from wfhserver.storage.postgres.migrate import upgrade
from wfhserver.testing import StillClock, TestServer

pytestmark = pytest.mark.end_to_end

OLD = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
OLD_MAJOR = int(OLD.parent.name)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with open_folder() as folder:
        assert answer_of(folder) == "here"
        yield folder


@pytest.fixture
def used_before(folder: Path, made: Path) -> Path:
    """A data directory whose PostgreSQL has run, and was stopped."""
    copy_postgres(made, folder)
    return folder


def copy_postgres(source: Path, target: Path) -> None:
    """Copy a data directory with its owners; making one takes seconds."""
    subprocess.run(["cp", "-a", str(source / "postgres"), str(target)], check=True)


def as_postgres() -> dict[str, Any]:
    """Return who runs PostgreSQL, for subprocess."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def answer_of(folder: Path) -> Any:
    async def ask(url: str) -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT 'here'")
        finally:
            await connection.close()

    with embedded_postgres(folder) as url:
        return asyncio.run(ask(url))


@pytest.mark.parametrize("left", ["nothing", "the number of a program of the same user"])
def test_a_pid_file_that_was_left_behind_keeps_nobody_from_starting(
    used_before: Path, left: str
) -> None:
    file = used_before / "postgres" / "cluster" / "postmaster.pid"
    with subprocess.Popen(
        ["sh", "-c", "read line"], stdin=subprocess.PIPE, cwd="/", **as_postgres()
    ) as other:
        folder = str(used_before)
        lines = [str(other.pid), str(file.parent), "1", "5432", folder, "", "0 0", "ready"]
        file.write_text("" if left == "nothing" else "\n".join(lines) + "\n")
        if os.geteuid() == 0:
            shutil.chown(file, "nobody")
        started = answer_of(used_before)
        other.communicate(b"\n")

    assert started == "here"


def test_a_second_one_is_never_started_over_one_that_runs(used_before: Path) -> None:
    with embedded_postgres(used_before) as url:
        cluster = Cluster(find_layout(used_before, "nobody"), SystemClock())
        file = used_before / "postgres" / "cluster" / "postmaster.pid"
        known = file.read_bytes()
        # As if nobody listened: its socket is gone, and the process lives.
        socket = Path(url.partition("host=")[2]) / ".s.PGSQL.5432"
        socket.rename(socket.with_name("hidden"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("wfhserver.embedded.cluster._RETRY_SECONDS", 0.0)
            with pytest.raises(EmbeddedError, match="pg_ctl"):
                cluster.start()
        socket.with_name("hidden").rename(socket)

        assert file.read_bytes() == known


def test_a_data_folder_may_have_any_name(folder: Path) -> None:
    odd = folder / 'it\'s a "quoted" $HOME, with comma & 50% Grüße'
    odd.mkdir(mode=0o711)

    assert answer_of(odd) == "here"


def test_what_it_writes_is_private_whatever_the_umask_and_follows_no_link(folder: Path) -> None:
    victim = folder / "victim"
    victim.write_text("not yours")
    before = os.umask(0)
    try:
        answer_of(folder)
    finally:
        os.umask(before)
    base = folder / "postgres"
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in base.iterdir()}
    (base / "commands.log").unlink()
    (base / "commands.log").symlink_to(victim)

    assert {modes[each] for each in ("cluster", "run")} == {0o700}
    assert {modes[each] for each in ("commands.log", "postgres.log", "change.lock")} == {0o600}
    with pytest.raises(EmbeddedError, match="failed"):
        answer_of(folder)
    assert victim.read_text() == "not yours"


@pytest.fixture
def older(folder: Path, made_by_older: Path) -> Path:
    """A data directory of Debian's PostgreSQL, with the schema and an employee."""
    copy_postgres(made_by_older, folder)
    return folder


@pytest.fixture(scope="module")
def made_by_older() -> Iterator[Path]:
    with open_folder() as folder:
        make_with_older(folder)
        yield folder


def make_with_older(folder: Path) -> None:
    layout = find_layout(folder, "nobody")
    prepare(layout)
    old = Programs(layout=layout, binaries=OLD)
    old.run("initdb", "-D", "cluster", "-U", "wfhserver", "--encoding=UTF8", "--locale=C.UTF-8")
    start(old, "cluster")
    try:
        server = TestServer(folder, StillClock(), layout.url)
        admin = TestServer(folder, StillClock(), layout.url.replace("/wfhserver?", "/postgres?"))
        admin.execute("CREATE DATABASE wfhserver")
        admin.execute("CREATE ROLE reader")
        days = RetentionCalendar(clock=server.clock, zone=UTC, retention_days=30).partition_days()
        asyncio.run(upgrade(layout.url, days))
        server.agent_token("Łukasz")
        server.execute("GRANT SELECT ON employees TO reader")
    finally:
        stop(old, "cluster")


def employees(url: str) -> list[str]:
    return [
        row[0]
        for row in TestServer(Path(), StillClock(), url).rows("SELECT username FROM employees")
    ]


def test_data_of_an_older_major_version_is_brought_along_and_the_old_folder_stays(
    older: Path,
) -> None:
    base = older / "postgres"
    with embedded_postgres(older) as url:
        found = employees(url)
        server = TestServer(older, StillClock(), url)
        version = server.value("SELECT current_setting('server_version_num')::int / 10000")
        granted = server.value("SELECT has_table_privilege('reader', 'employees', 'SELECT')")
    # And again, as on each day after.
    with embedded_postgres(older) as url:
        again = employees(url)

    assert found == again == ["Łukasz"]
    assert version > OLD_MAJOR
    assert granted
    assert (base / f"cluster-{OLD_MAJOR}" / "PG_VERSION").read_text() == f"{OLD_MAJOR}\n"
    assert {each.name for each in base.iterdir() if each.is_dir()} == {
        *("cluster", f"cluster-{OLD_MAJOR}", "run")
    }


def test_an_upgrade_that_fails_leaves_the_data_as_it_was_and_begins_again(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Programs.run

    def broken(self: Programs, program: str, *arguments: str, **named: Any) -> None:
        if program == "psql" and "-1" in arguments:
            raise EmbeddedError("The disk is full.")
        real(self, program, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Programs, "run", broken)
        with pytest.raises(EmbeddedError, match=r"The disk is full\. It is as it was"):
            answer_of(older)
    old_version = (older / "postgres/cluster/PG_VERSION").read_text()

    with embedded_postgres(older) as url:
        assert employees(url) == ["Łukasz"]
    assert old_version == f"{OLD_MAJOR}\n"


def test_a_kill_between_the_two_last_steps_loses_nothing(older: Path) -> None:
    base = older / "postgres"
    answer_of(older)
    (base / "cluster").rename(base / "cluster.upgraded")

    finish_upgrade(find_layout(older, "nobody"))
    with embedded_postgres(older) as url:
        assert employees(url) == ["Łukasz"]


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("13", r"is of PostgreSQL 13.*Nothing was changed.*apt-get install postgresql-13"),
        ("99", r"is of PostgreSQL 99.*Install the newer version of the server again"),
        ("", "names no version"),
    ],
)
def test_data_that_cannot_be_brought_along_is_named_with_what_to_do(
    used_before: Path, version: str, words: str
) -> None:
    (used_before / "postgres/cluster/PG_VERSION").write_text(f"{version}\n")

    with pytest.raises(EmbeddedError, match=words):
        answer_of(used_before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_copied_programs_of_an_older_version_are_replaced_and_kept_for_the_upgrade(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = folder / "shared"
    monkeypatch.setattr("wfhserver.embedded.layout._SHARED", shared)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert answer_of(closed) == "here"
    [base] = shared.iterdir()
    (base / "binaries" / "version").write_text("17.2.0")

    assert answer_of(closed) == "here"
    assert (base / "binaries-17" / "version").exists()
    assert (base / "binaries" / "version").read_text().startswith("18.")
