"""`wfhagent doctor` reports what is wrong and what to do."""

import json
import socket
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import trustme
from plugins.https.tests.remote import HOST
from tests.cli.conftest import NOW, Laptop
from tests.damage import damage
from tests.linux_only import linux_only
from tests.modes import has_mode, of_modes
from tests.wine import verdicts_on_certificates

from wfhagent import __version__
from wfhagent.deliver.identity import Identity
from wfhagent.doctor.examine import examine
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.installation import check_disk
from wfhagent.doctor.network import check_name, check_proxy
from wfhagent.doctor.outbox import check_outbox
from wfhagent.identity.store import FileKeeper
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Heartbeat
from wfhagent.plugin import Server
from wfhagent.status import Status, write_status
from wfhagent.system.lock import hold
from wfhagent.testing import StaticClock

CLOCK = StaticClock(NOW)
TOKEN = "wfha_of_this_machine"
NOWHERE = str(Path("/nowhere/x").absolute())


def found(laptop: Laptop, *, without: tuple[str, ...] = ()) -> dict[str, Finding]:
    findings = list(examine(laptop.assembly(), CLOCK))
    names = [finding.what for finding in findings]
    assert len(names) == len(set(names))
    return {finding.what: finding for finding in findings if finding.what not in without}


def enroll(laptop: Laptop, url: str) -> FileKeeper:
    keeper = FileKeeper(laptop.data / "credentials.json")
    keeper.save(
        Identity(
            server_url=url, agent_id=UUID(int=1), username="alice", hostname="laptop-7", token=TOKEN
        )
    )
    return keeper


def knows(now: datetime) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """A server that knows one token, and whose clock says *now*."""

    def respond(token: str) -> tuple[int, dict[str, Any]]:
        time = {"server_time": now.isoformat()}
        if token == TOKEN:
            return 200, time
        return 401, {**time, "code": "token_unknown", "detail": "Nobody has this token."}

    return respond


def status_of(**changes: Any) -> Status:
    sound = Status(
        pid=77,
        version=__version__,
        server="https://127.0.0.1:9",
        updated_at=NOW,
        next_heartbeat_in_seconds=100.0,
        username="alice",
        hostname="laptop-7",
        enrolled=True,
        token_kept_in="file",
        delivered_at=NOW,
        problem="",
        problem_code="",
        workday=NOW.date(),
        slots_today=(1,),
        queued_heartbeats=3,
        queued_logs=1,
        refused=0,
        dropped_heartbeats=0,
        dropped_logs=0,
        clock_skew_seconds=None,
        failing={},
    )
    return msgspec.structs.replace(sound, **changes)


# --- the command --------------------------------------------------------------------------------


def test_a_wrong_setting_is_the_one_finding_and_exits_1(laptop: Laptop):
    laptop.configure("server", utl="https://x")

    done = laptop.run("doctor")

    assert done.exit_code == 1
    (line, advice, summary) = done.stdout.splitlines()
    assert line.startswith("FAULT configuration")
    assert "did you mean url?" in line
    assert advice.strip() == "-> Correct the file."
    assert summary.startswith("1 fault.")


def test_json_is_a_list_of_findings_with_stable_keys(laptop: Laptop):
    done = laptop.run("doctor", "--json")

    findings = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {tuple(finding) for finding in findings} == {("what", "ok", "detail", "advice")}
    assert [finding["what"] for finding in findings] == [
        "configuration",
        "plugins",
        "disk",
        "agent",
        "time zone",
        "outbox",
        "keyring",
        "enrollment",
        "proxy",
        "name",
        "server",
        "screenshot",
    ]


def test_a_sound_laptop_exits_0(laptop: Laptop, serve: Callable[..., str]):
    url = serve(knows(datetime.now(UTC)))  # noqa: TID251 -- the command's own
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    laptop.configure("plugins", disabled=["idle", "screenshot"])
    enroll(laptop, url)

    done = laptop.run("doctor")

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "No faults found."), done.stdout


# --- each check ---------------------------------------------------------------------------------


def test_a_broken_plugin_is_named(laptop: Laptop):
    plugins = laptop.folder / "plugins"
    (plugins / "battery.py").write_text("import nothing_like_this\n")

    finding = found(laptop)["plugins"]

    assert not finding.ok
    assert "battery" in finding.detail
    assert "nothing_like_this" in finding.detail


def test_a_disk_that_is_nearly_full_is_a_fault(tmp_path: Path):
    assert check_disk(tmp_path, 0).ok
    assert "min_free_megabytes" in check_disk(tmp_path, 10**9).detail


def test_a_data_directory_that_cannot_be_made_is_a_fault(tmp_path: Path):
    (tmp_path / "file").write_text("")

    finding = check_disk(tmp_path / "file" / "data", 0)

    assert (finding.ok, finding.advice) == (False, "Set [agent] data_directory to another folder.")


@pytest.mark.parametrize(
    ("changes", "ok", "detail"),
    [
        ({}, True, "running (pid 77)"),
        ({"updated_at": NOW - timedelta(hours=3)}, False, "not running"),
        ({"problem": "the disk is full"}, False, "with a problem: the disk is full"),
        ({"version": "0.0.9"}, False, "as version 0.0.9"),
        # The laptop's clock is an hour ahead of the server's, whose time is in the file.
        ({"updated_at": NOW - timedelta(hours=1), "clock_skew_seconds": 3600.0}, True, "running"),
    ],
)
def test_the_agent_itself_is_looked_at(
    laptop: Laptop, changes: dict[str, Any], ok: bool, detail: str
):
    write_status(laptop.data / "status.json", status_of(**changes))

    finding = found(laptop)["agent"]

    assert finding.ok is ok
    assert detail in finding.detail


def test_what_waits_is_counted(laptop: Laptop, heartbeat: Heartbeat):
    with Outbox(laptop.data / "outbox.sqlite3", now=NOW) as outbox:
        outbox.add_heartbeat(heartbeat)

    (finding,) = check_outbox(laptop.assembly().paths, CLOCK)

    assert finding.ok
    assert finding.detail.startswith("waiting: 1 heartbeats, 0 logs; rejected: 0")


def test_a_refused_entry_is_a_fault(laptop: Laptop, heartbeat: Heartbeat):
    with Outbox(laptop.data / "outbox.sqlite3", now=NOW) as outbox:
        outbox.add_heartbeat(heartbeat)
        entry = outbox.oldest()
        assert entry is not None
        outbox.refuse(entry, at=NOW, answer="422")

    (finding,) = check_outbox(laptop.assembly().paths, CLOCK)

    assert not finding.ok
    assert "rejected: 1" in finding.detail


def test_a_damaged_outbox_of_a_running_agent_is_reported_and_left_alone(laptop: Laptop):
    damaged = laptop.data / "outbox.sqlite3"
    damaged.write_bytes(b"no database at all" * 100)
    write_status(laptop.data / "status.json", status_of())
    paths = laptop.assembly().paths

    with hold(paths.delivery_lock):
        (finding,) = check_outbox(paths, CLOCK)

    assert not finding.ok
    assert "cannot be read: file is not a database" in finding.detail
    assert finding.advice.startswith("Restart the agent")
    assert damaged.exists()


def test_damage_that_no_query_meets_is_a_fault(laptop: Laptop, heartbeat: Heartbeat):
    with Outbox(laptop.data / "outbox.sqlite3", now=NOW) as outbox:
        for _ in range(50):
            outbox.add_heartbeat(heartbeat)
    damage(laptop.data / "outbox.sqlite3", "entries")

    (finding,) = check_outbox(laptop.assembly().paths, CLOCK)

    assert not finding.ok
    assert "outbox.sqlite3.damaged-20261123T090000" in finding.detail


def test_a_damaged_outbox_is_reported_with_its_new_place(laptop: Laptop):
    (laptop.data / "outbox.sqlite3").write_bytes(b"no database at all" * 100)

    (finding,) = check_outbox(laptop.assembly().paths, CLOCK)

    assert not finding.ok
    assert "outbox.sqlite3.damaged-20261123T090000" in finding.detail


@of_modes
def test_a_token_that_others_could_read_is_a_fault_once(laptop: Laptop):
    enroll(laptop, "https://127.0.0.1:9")
    file = laptop.data / "credentials.json"
    file.chmod(0o644)

    first, second = found(laptop)["enrollment"], found(laptop)["enrollment"]

    assert (first.ok, second.ok) == (False, True)
    assert "wfhagent enroll" in first.advice
    assert has_mode(file, 0o600)


def test_without_any_token_the_advice_names_whom_to_ask(laptop: Laptop):
    laptop.configure("server", auth_token="")

    finding = found(laptop)["enrollment"]

    assert not finding.ok
    assert "Ask IT" in finding.advice


def test_the_token_of_another_server_is_not_shown_to_this_one(
    laptop: Laptop, serve: Callable[..., str]
):
    tokens: list[str] = []

    def respond(token: str) -> tuple[int, dict[str, Any]]:
        tokens.append(token)
        return knows(NOW)(token)

    laptop.configure("server", url=serve(respond), allow_insecure_loopback=True)
    enroll(laptop, "https://elsewhere.example.com")

    findings = found(laptop)

    assert set(tokens) == {""}
    assert "token" not in findings
    assert "elsewhere.example.com" in findings["enrollment"].detail


def test_a_server_that_knows_the_token_and_keeps_the_time_is_sound(
    laptop: Laptop, serve: Callable[..., str]
):
    url = serve(knows(NOW))
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    enroll(laptop, url)

    findings = found(laptop, without=("screenshot",))

    assert [finding.what for finding in findings.values() if not finding.ok] == []
    assert findings["token"].detail == "accepted"
    assert findings["enrollment"].detail == "alice on laptop-7, token stored in a file"
    assert findings["clock"].detail == "same time as the server"


def test_a_refused_token_and_a_wrong_clock_are_faults(laptop: Laptop, serve: Callable[..., str]):
    url = serve(lambda _token: knows(NOW + timedelta(hours=1))("another"))
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    enroll(laptop, url)

    findings = found(laptop)

    assert findings["token"].detail == "token_unknown: Nobody has this token."
    assert findings["clock"].detail == "3600 s behind the server"
    assert not findings["token"].ok
    assert not findings["clock"].ok


def test_a_server_that_fails_is_no_fault_of_the_token(laptop: Laptop, serve: Callable[..., str]):
    url = serve(lambda _token: (503, {"code": "storage_down", "detail": "No database."}))
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    enroll(laptop, url)

    findings = found(laptop)

    assert findings["server"].detail == "the server answers with an error: 503 No database."
    assert "token" not in findings


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (404, "not_found", "it is not the address of the server"),
        (429, "too_many_requests", "asks to wait: 429"),
    ],
)
def test_a_wrong_address_and_a_busy_server_are_no_fault_of_the_token(
    laptop: Laptop, serve: Callable[..., str], status: int, code: str, says: str
):
    url = serve(lambda _token: (status, {"code": code, "detail": "Later."}))
    laptop.configure("server", url=url, allow_insecure_loopback=True)
    enroll(laptop, url)

    findings = found(laptop)

    assert not findings["server"].ok
    assert says in findings["server"].detail
    assert "token" not in findings


def test_the_token_of_the_example_is_none(laptop: Laptop):
    laptop.configure("server", auth_token="wfhe_...")

    finding = found(laptop)["enrollment"]

    assert not finding.ok
    assert "still that of agent.toml.example" in finding.detail


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"disabled": ["screenshots"]}, '"screenshots". Did you mean "screenshot"?'),
        ({"disabled": ["identity"]}, "no plugin provides username, so nothing is sent"),
        ({"disabled": ["a_drop_in_of_others"]}, ""),
        (
            {"enabled": ["idel"]},
            '[plugins] enabled: there is no plugin "idel". Did you mean "idle"?',
        ),
        ({"directory": NOWHERE}, f"directory: {NOWHERE} is not a folder"),
    ],
)
def test_plugins_that_are_not_as_somebody_meant_are_a_fault(
    laptop: Laptop, settings: dict[str, Any], says: str
):
    laptop.configure("plugins", **settings)

    finding = found(laptop)["plugins"]

    assert finding.ok is not bool(says)
    assert says in finding.detail


@verdicts_on_certificates
def test_a_certificate_that_is_not_trusted_names_its_issuer(
    laptop: Laptop, serve: Callable[..., str], tmp_path: Path
):
    authority = trustme.CA(organization_name="Inspecting Proxy Ltd")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    url = serve(knows(NOW), context).replace("127.0.0.1", HOST)
    laptop.configure("server", url=url)

    untrusted = found(laptop)["server"]
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    laptop.configure("server", ca_file=str(tmp_path / "ca.pem"))
    trusted = found(laptop)["server"]

    assert not untrusted.ok
    assert "Inspecting Proxy Ltd" in untrusted.detail
    assert "ca_file" in untrusted.detail
    assert trusted.ok
    assert "ca.pem" in trusted.detail


def test_a_certificate_file_that_cannot_be_used_is_named(laptop: Laptop):
    laptop.configure("server", ca_file=NOWHERE)

    finding = found(laptop)["server"]

    assert f"ca_file: {NOWHERE}" in finding.detail


@linux_only("a session without a screen")
def test_without_a_screen_the_advice_is_to_use_the_desktop_session(laptop: Laptop):
    finding = found(laptop)["screenshot"]

    assert not finding.ok
    assert finding.detail.startswith("no_display: there is no display")
    assert "desktop session of the user" in finding.advice


def test_a_laptop_that_takes_no_screenshots_is_sound(laptop: Laptop):
    laptop.configure("plugins", disabled=["screenshot"])

    assert found(laptop)["screenshot"].ok


# --- proxy and name -----------------------------------------------------------------------------

FAR = Server(url="https://wfh.example.com")


def test_the_proxy_of_the_settings_goes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://other:1")

    (finding,) = check_proxy(Server(url=FAR.url, proxy="http://bob:s3cret@proxy.example.com:3128"))

    assert finding.detail == "http://***@proxy.example.com:3128, from [server] proxy"


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str
):
    monkeypatch.setenv(variable, "http://bob:s3cret@proxy.example.com:3128")

    (finding,) = check_proxy(FAR)

    # On Windows variables are case-insensitive.
    named = variable.lower() if sys.platform == "win32" else variable
    assert finding.detail == f"http://***@proxy.example.com:3128, from {named}"


def test_a_server_that_is_exempt_or_on_this_machine_has_no_proxy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "example.com")

    assert FAR.find_proxy() is None
    assert Server(url="https://127.0.0.1:8443").find_proxy() is None
    assert Server(url="https://wfh.example.org").find_proxy() is not None


def test_a_proxy_that_is_no_address_is_a_fault():
    (finding,) = check_proxy(Server(url=FAR.url, proxy="proxy"))

    assert not finding.ok


def test_a_name_that_is_not_found_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    def nobody(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    (finding,) = check_name(FAR)

    assert not finding.ok
    assert finding.detail.startswith("'wfh.example.com' is not found")


def test_a_host_name_is_shown_with_its_addresses(monkeypatch: pytest.MonkeyPatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 0))] * 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: answers)

    (finding,) = check_name(FAR)

    assert (finding.ok, finding.detail) == (True, "wfh.example.com is 192.0.2.7")


def test_it_opens_as_a_page_with_the_faults_first(laptop: Laptop, browser: Path):
    done = laptop.run("doctor", "--open")

    file = laptop.data / "pages" / "wfhagent-check.html"
    page = file.read_text(encoding="utf-8")
    assert browser.read_text() == file.as_uri()
    assert done.exit_code == 1
    assert page.index("Fault: ") < page.index("<strong>configuration</strong>")
