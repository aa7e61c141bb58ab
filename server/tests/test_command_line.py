"""The command line and the embedded PostgreSQL, as real processes."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from wfhserver.clock import SystemClock
from wfhserver.embedded.cluster import Cluster, embedded_postgres
from wfhserver.embedded.layout import find_layout
from wfhserver.errors import EmbeddedError, SettingsError
from wfhserver.files import ensure_temporary_folder
from wfhserver.testing import bearer, heartbeat_body

Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def run(folder: Path) -> Run:
    """Run `wfhserver` to its end."""

    def once(
        *arguments: str,
        typed: str | None = None,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wfhserver", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            input=typed,
            env=environment_of(folder, **environment),
        )

    return once


@pytest.fixture
def postgres_runs(folder: Path) -> Iterator[None]:
    """For tests of many commands: each would start PostgreSQL and stop it again."""
    with embedded_postgres(folder):
        yield


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "WFHSERVER_DATA_DIRECTORY": str(folder), **more}


def processes_of(folder: Path) -> list[int]:
    """Return every process whose command line names *folder*."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in command:
                found.append(int(entry.name))
    return found


@pytest.mark.usefixtures("postgres_runs")
def test_users_are_made_listed_and_disabled_and_their_passwords_read_from_a_pipe(run: Run) -> None:
    made = run("users", "add", "anna", "--role", "admin", "--generate")
    piped = run("users", "add", "bert", "--role", "manager", typed="long enough for it\n")
    short = run("users", "set-password", "bert", typed="short\n")
    twice = run("users", "add", "anna", "--role", "auditor", "--generate")
    run("users", "disable", "bert")
    listed = run("users", "list")
    whole = run("audit", "verify")
    noted = whole.stdout.splitlines()[-1]
    run("db", "shell", "-c", "UPDATE audit SET actor = 'cli:nobody' WHERE audit_id = 2")
    broken = run("audit", "verify", "--expect", noted)

    assert "3 rows, each follows on the one before." in whole.stdout
    assert broken.returncode == 1
    assert "Row 2 was changed" in broken.stderr
    assert re.fullmatch(r"[\w-]{20}\n", made.stdout)
    assert piped.stdout == "Added bert.\n"
    assert "at least 12 characters" in short.stderr
    assert "A user named anna already exists." in twice.stderr
    assert [x.returncode for x in (made, piped, short, twice)] == [0, 0, 1, 1]
    assert listed.stdout.splitlines()[1:] == ["anna\tadmin\t\tactive", "bert\tmanager\t\tdisabled"]


@pytest.mark.usefixtures("postgres_runs")
def test_tokens_and_agents_are_created_listed_and_revoked(run: Run) -> None:
    made = run("tokens", "create", "--label", "laptops", "--uses", "3", "--expires-days", "7")
    agent = run("agents", "create", "alice@laptop-7")
    tokens, agents = run("tokens", "list"), run("agents", "list")
    confirmed = [run("agents", "confirm", each) for each in ("a1", "a2", "e1")]
    revoked = [run("tokens", "revoke", "e1", "--agents"), run("agents", "revoke", "a1")]
    record = run("audit", "list").stdout.splitlines()[1:]

    assert re.fullmatch(r"wfhe_[\w-]{43}\n", made.stdout)
    assert re.fullmatch(r"wfha_[\w-]{43}\n", agent.stdout)
    assert re.search(r"^e1\tlaptops\t0/3\t0\t\d{4}-\d\d-\d\d\t-$", tokens.stdout, re.MULTILINE)
    assert re.search(
        r"^a1\talice\tlaptop-7\t-\tnever\t-\t\d{4}-\d\d-\d\d$", agents.stdout, re.MULTILINE
    )
    assert made.stdout.strip() not in tokens.stdout
    assert [each.returncode for each in confirmed] == [0, 1, 1]
    assert "Device not found." in confirmed[1].stderr
    assert [each.returncode for each in revoked] == [0, 0]
    assert [line.split("\t")[3:5] for line in record] == [
        ["agent.revoke", "1"],
        ["enrolment_token.revoke", "-"],
        ["agent.confirm", "1"],
        ["agent.create", "1"],
        ["enrolment_token.create", "-"],
    ]


@pytest.mark.usefixtures("postgres_runs")
def test_a_token_is_created_with_its_bundle(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    create = ("tokens", "create", "--label", "laptops", "--bundle", str(target))
    refused = run(*create, "--url", "http://wfh.example.com")
    unknown = run(*create)
    made = run(*create, "--url", "https://wfh.example.com", "--company", "Example")
    again = run(*create, "--url", "https://wfh.example.com")

    assert made.returncode == 0, made.stderr
    assert "keep it secret" in made.stdout
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    token = files["enrollment-token.txt"].strip()
    assert f'auth_token = "{token}"' in files["agent.toml"]
    assert 'company = "Example"' in files["agent.toml"]
    assert {"README.txt", "install.cmd", "place-config.sh", "push-wfhagent.yml"} <= set(files)
    assert token not in made.stdout
    for each, words in (
        (refused, "Agents send to https:// only"),
        (unknown, "WFHSERVER_PUBLIC_URL"),
        (again, "exists already"),
    ):
        assert (each.returncode, words in each.stderr) == (1, True), each.stderr
    # What was refused has created no token.
    assert len(run("tokens", "list").stdout.splitlines()) == 2


@pytest.mark.usefixtures("postgres_runs")
def test_the_old_name_keys_goes_on_for_one_version(run: Run) -> None:
    made = run("keys", "create", "--label", "laptops", "--uses", "3")
    agent = run("keys", "create", "--for", "alice@laptop-7")
    listed = [run("keys", "list"), run("tokens", "list"), run("agents", "list")]
    done = [
        run("keys", "confirm", "a1"),
        run("keys", "revoke", "e1", "--agents"),
        run("keys", "revoke", "a1"),
    ]

    assert re.fullmatch(r"wfhe_[\w-]{43}\n", made.stdout)
    assert re.fullmatch(r"wfha_[\w-]{43}\n", agent.stdout)
    assert "Use `wfhserver tokens` or `wfhserver agents`." in made.stderr
    assert listed[0].stdout == f"{listed[1].stdout}\n{listed[2].stdout}"
    assert "\ne1\tlaptops\t0/3\t" in listed[1].stdout
    assert "\na1\talice\tlaptop-7\t" in listed[2].stdout
    assert [each.returncode for each in done] == [0, 0, 0]
    assert "keys" not in run("--help").stdout


@pytest.mark.usefixtures("postgres_runs")
def test_devices_are_blocked_and_unblocked(run: Run) -> None:
    run("agents", "create", "alice@laptop-7")
    made = [run("agents", "block", "a1"), run("agents", "block", "a1", "--employee")]
    listed = run("agents", "blocks").stdout.splitlines()
    ended = [run("agents", "unblock", each) for each in ("b1", "b2", "b2")]

    assert [each.stdout.partition(".")[0] for each in made] == ["Blocked as b1", "Blocked as b2"]
    assert [line.split("\t")[:3] for line in listed] == [
        ["ID", "USER", "HOST"],
        ["b2", "alice", "every device"],
        ["b1", "alice", "laptop-7"],
    ]
    assert [each.returncode for each in ended] == [0, 0, 1]
    assert "Block not found." in ended[2].stderr


@pytest.mark.usefixtures("postgres_runs")
def test_the_block_of_an_erased_employee_is_listed_and_ended(run: Run, folder: Path) -> None:
    run("agents", "create", "alice@laptop-7")
    run("agents", "block", "a1", "--employee")
    erased = run("employee", "erase", "alice", "--yes", "--out", str(folder / "erasure.json"))
    listed = run("agents", "blocks").stdout.splitlines()
    run("agents", "create", "alice@laptop-8")
    again = run("agents", "blocks").stdout.splitlines()
    ended = [run("agents", "unblock", "b1"), run("agents", "blocks")]

    assert "`wfhserver agents unblock b1`" in erased.stdout
    assert listed[1].split("\t")[:3] == ["b1", "(erased)", "every device"]
    assert again[1].split("\t")[:3] == ["b1", "alice (erased)", "every device"]
    assert ended[0].returncode == 0
    assert len(ended[1].stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("agents", "block", "7"), "is not the ID of an agent"),
        (("agents", "unblock", "a7"), "is not the ID of a block"),
        (("agents", "create", "alice"), "USER@HOST"),
        (("agents", "revoke", "e1"), "is not the ID of an agent"),
        (("tokens", "revoke", "7"), "is not the ID of an enrollment token"),
        (("keys", "create"), "Give either --label"),
        (("keys", "create", "--for", "alice"), "USER@HOST"),
        (("keys", "create", "--for", "a@b", "--uses", "2"), "--uses"),
        (("serve", "--tls-cert", "cert.pem"), "--tls-key"),
    ],
)
def test_a_wrong_command_is_answered_with_one_sentence(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    ended = run(*arguments)

    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_setting_ends_the_command_with_its_name(run: Run) -> None:
    ended = run("db", "upgrade", WFHSERVER_RETENTION_DAYZ="3")

    assert ended.returncode == 1
    assert "WFHSERVER_RETENTION_DAYZ" in ended.stderr


def test_a_given_database_is_upgraded_once(run: Run, cluster_url: str) -> None:
    away = run("agents", "list", WFHSERVER_DATABASE_URL="postgresql://x@127.0.0.1:9/x")
    url = cluster_url.replace("/wfhserver?", "/template1?")
    unready = run("agents", "list", WFHSERVER_DATABASE_URL=url)

    assert (away.returncode, unready.returncode) == (1, 1)
    assert "cannot be used at the moment" in away.stderr
    assert "wfhserver db upgrade" in unready.stderr


def test_retention_runs_from_the_command_line_and_leaves_no_process(run: Run, folder: Path) -> None:
    ended = run("retention", "run", "--dry-run")

    assert ended.returncode == 0
    assert "dry_run: True" in ended.stdout
    assert "partitions_dropped: 0" in ended.stdout
    assert processes_of(folder) == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", [1, 2])
def test_serve_shares_its_database_and_ends_without_orphans(
    run: Run, folder: Path, workers: int, end: signal.Signals
) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "wfhserver", "serve", f"--port={port}", f"--workers={workers}"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment_of(folder),
    )
    with ended_at_last(server):
        printed = wait_for(server, "Application startup complete", times=workers)
        token = run("agents", "create", "alice@laptop-7").stdout.strip()
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/heartbeat", json=heartbeat_body(), headers=bearer(token)
        )
        server.send_signal(end)
        server.communicate(timeout=60)

    assert answer.status_code == 200
    assert "server" not in answer.headers
    # One for all workers; the page for it is at the address of the server.
    assert printed.count("Setup code: ") == 1
    assert f"Open http://127.0.0.1:{port}/setup" in printed
    assert processes_of(folder) == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def ended_at_last(process: subprocess.Popen[str]) -> Iterator[None]:
    """Leave no process behind when a test fails; a silent one is ended, so that no test hangs."""
    silent_too_long = threading.Timer(150, process.terminate)
    silent_too_long.start()
    try:
        yield
    finally:
        silent_too_long.cancel()
        process.terminate()
        process.communicate(timeout=60)


def wait_for(process: subprocess.Popen[str], words: str, *, times: int = 1) -> str:
    """Wait until *process* has printed *words* so often; return what it has printed."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        times -= words in line
        if times == 0:
            return "".join(lines)
    raise AssertionError(f"ended without printing {words!r}, but:\n{''.join(lines)}")


def test_files_that_are_no_certificate_are_answered_with_one_sentence(
    run: Run, tmp_path: Path
) -> None:
    text = tmp_path / "text.pem"
    text.write_text("not a certificate")
    for certificate, words in {
        tmp_path: f"--tls-cert {tmp_path} cannot be read: Is a directory",
        tmp_path / "none.pem": "cannot be read: No such file",
        text: "are no PEM certificate chain with its key",
    }.items():
        ended = run("serve", "--tls-cert", str(certificate), "--tls-key", str(text))

        assert ended.returncode == 1
        assert ended.stderr.startswith("wfhserver: ")
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr


def test_where_nothing_but_the_data_folder_can_be_written_temporary_files_lie_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = tempfile._candidate_tempdir_list  # type: ignore[attr-defined]
    # As on a read-only root: of all places only the one that is set can be written.
    monkeypatch.setattr(
        tempfile, "_candidate_tempdir_list", lambda: places()[: "TMPDIR" in os.environ]
    )
    monkeypatch.setattr(tempfile, "tempdir", None)
    # Registered first, so that what the server sets is gone after this test.
    monkeypatch.setenv("TMPDIR", "")
    del os.environ["TMPDIR"]

    ensure_temporary_folder(tmp_path)
    with tempfile.TemporaryDirectory() as made:
        assert Path(made).parent == tmp_path / "tmp"
    assert (tmp_path / "tmp").stat().st_mode & 0o777 == 0o700

    del os.environ["TMPDIR"]
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(SettingsError, match="no place for temporary files"):
        ensure_temporary_folder(Path("/proc/self"))


def test_after_a_kill_the_next_start_succeeds(folder: Path) -> None:
    with embedded_postgres(folder):
        pid = int((folder / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        cluster = Cluster(find_layout(folder, "nobody"), SystemClock())
        cluster.start()

        assert cluster.is_running()

    assert not cluster.is_running()


def test_the_last_user_stops_it_and_nobody_before(folder: Path) -> None:
    cluster = Cluster(find_layout(folder, "nobody"), SystemClock())

    with embedded_postgres(folder) as first:
        with embedded_postgres(folder) as second:
            assert first == second
        assert cluster.is_running()

    assert not cluster.is_running()


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    layout = find_layout(tmp_path / ("x" * 100), "nobody")

    assert len(str(layout.sockets)) < 60


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_root_moves_out_of_a_closed_folder(folder: Path) -> None:
    folder.chmod(0o700)

    layout = find_layout(folder / "data", "nobody")

    assert layout.moved
    assert layout.base.parent == Path("/var/lib/wfhserver")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_a_user_that_does_not_exist_is_named(folder: Path) -> None:
    with (
        pytest.raises(EmbeddedError, match="WFHSERVER_EMBEDDED_USER"),
        embedded_postgres(folder, user="no-such-user"),
    ):
        pass


def test_the_reference_receiver_prints_what_arrives(tmp_path: Path) -> None:
    port = free_port()
    receiver = Path(__file__).parents[2] / "server_stub" / "receiver.py"
    process = subprocess.Popen(
        [sys.executable, "-u", receiver, f"--port={port}", "--accept-token=wfhe_test"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    base = f"http://127.0.0.1:{port}"
    who = {
        "agent_id": "0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11",
        "username": "alice",
        "hostname": "laptop-7",
        "platform": "x",
        "agent_version": "1",
    }

    with ended_at_last(process):
        wait_for(process, "Application startup complete")
        enrolled = httpx.post(f"{base}/api/enroll", json=who, headers=bearer("wfhe_test"))
        httpx.post(
            f"{base}/api/heartbeat", json=heartbeat_body(), headers=bearer(enrolled.json()["token"])
        )
        process.terminate()
        out, _ = process.communicate(timeout=30)

    assert "auth_token = wfhe_test" in out
    assert "enrolled 'alice' on 'laptop-7'" in out
    assert "1 heartbeats of agents [1]: ['online']" in out


@pytest.mark.usefixtures("postgres_runs")
def test_an_employee_is_held_exported_released_and_erased(run: Run, folder: Path) -> None:
    run("agents", "create", "alice@laptop-7")
    copy, paper = folder / "copy.zip", folder / "paper.json"

    placed = run("employee", "hold", "alice", "--reason", "Doe v. Example")
    listed = run("employee", "holds").stdout.splitlines()
    export = run("employee", "export", "alice", "--out", str(copy))
    refused = run("employee", "erase", "alice", "--yes", "--out", str(paper))
    released = run("employee", "release", "alice")
    declined = run("employee", "erase", "alice", "--out", str(paper), typed="n\n")
    left = paper.exists()
    erased = run("employee", "erase", "alice", "--yes", "--out", str(paper))
    row = re.search(r"--expect (\S+)", erased.stdout)
    again = run("employee", "export", "alice", "--out", str(copy))

    assert (placed.returncode, released.returncode) == (0, 0)
    assert re.fullmatch(r"alice\t\d{4}-\d\d-\d\d \d\d:\d\d\tcli:\w+\tDoe v. Example", listed[1])
    assert export.returncode == 0, export.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "legal hold" in zipfile.ZipFile(copy).read("README.txt").decode()
    assert (refused.returncode, declined.returncode, left) == (1, 1, False)
    assert "A legal hold of cli:" in refused.stderr
    assert erased.returncode == 0, erased.stderr
    assert json.loads(paper.read_bytes())["erased"]["counts"]["machines"] == 1
    assert row is not None
    assert row[1] in paper.with_suffix(".txt").read_text()
    assert run("audit", "verify", "--expect", row[1]).returncode == 0
    assert (again.returncode, "'alice'" in again.stderr) == (1, True)
