"""Third-party transports that misbehave, in the real child processes: the parcel waits."""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.drop_ins import CRASHED, SHORT_LIMIT_SECONDS, daemon, ends
from tests.linux_only import linux_only
from tests.third_party import DROP_IN, WAYS, provide, transport
from tests.wine import one_case_under_wine

from wfhagent.assembly import assemble
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.deliver.delivery_state import TRANSPORT_FAILED
from wfhagent.errors import SettingsError
from wfhagent.plugin import Attachment, Delivery, Parcel, ParcelKind, Transport
from wfhagent.testing import StaticClock

HEARTBEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="wfha_x", body=b"[1]")
SETTINGS = """
[server]
url = "https://127.0.0.1:9"
auth_token = "wfhe_secret"
timeout_seconds = 0.1
[agent]
transport = "pigeon"
data_directory = '{folder}/data'
keyring = false
[plugins]
directory = '{folder}/plugins'
"""
WRITES_EVERYWHERE = """
for number in range(3, 20):
    try:
        os.write(number, b"x" * 99)
    except OSError:
        pass
"""
DIES = {
    "closes_files": ("os.closerange(0, 100)", "before it answered"),
    "exits": ("os._exit(0)", "its process ended with 0 before it answered"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "patches": ("import msgspec; msgspec.msgpack.encode = msgspec.json = 0", "before it answered"),
    "answers_itself": (f"exec({WRITES_EVERYWHERE!r})", "is not of this protocol"),
}
if sys.platform != "win32":
    # Windows lets ctypes raise it.
    DIES["crashes"] = ("import ctypes; ctypes.string_at(0)", CRASHED)
ANSWERS = {
    "huge": ("return Delivery(status=200, body={'x': 'x' * 40_000_000})", "at most 1,048,576"),
    "no_delivery": ("return True", "send must return a Delivery, and gave a bool"),
    "no_status": ("return Delivery(status='200')", "gave what is no Delivery"),
    "no_json": ("return Delivery(status=200, body={'x': object()})", "failed: TypeError"),
    "no_zone": (
        "import datetime; return Delivery(status=200, server_time=datetime.datetime(2026, 1, 1))",
        "server_time has no time zone",
    ),
    "no_number": ("return Delivery(status=503, retry_after_seconds=float('nan'))", "is nan"),
    "raises": ("raise OSError('no line')", "The transport `pigeon` failed: OSError: no line"),
    "ends": ("import sys; sys.exit(3)", "The transport `pigeon` failed: SystemExit: 3"),
}
Open = Callable[..., Transport[Any]]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    return tmp_path / "carried"


@pytest.fixture
def open_transport(
    tmp_path: Path, way: str, carried: Path, clock: StaticClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Returns a transport of the given code, as the agent has it."""
    monkeypatch.setattr("wfhagent.assembly.SystemClock", lambda: clock)
    add = provide(way, tmp_path, monkeypatch)
    opened: list[Transport[Any]] = []

    def make(
        *, table: str = "", keyring: Mapping[str, str] | None = None, **code: str
    ) -> Transport[Any]:
        add("pigeon", transport(carried, **code))
        file = tmp_path / "agent.toml"
        file.write_text(SETTINGS.format(folder=tmp_path) + table)
        assembly = replace(assemble(file, {}), read_keyring=(keyring or {}).get)
        opened.append(assembly.transport())
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def once(tmp_path: Path) -> Callable[[str], str]:
    """Returns code that does something the first time only."""
    flag = str(tmp_path / "done")
    return lambda code: f"if not os.path.exists({flag!r}): open({flag!r}, 'w').close(); {code}"


def deliver(found: Transport[Any], parcel: Parcel = HEARTBEAT) -> Delivery:
    return carry(found, parcel)


@pytest.mark.parametrize("name", DIES)
def test_one_that_dies_leaves_the_parcel_and_is_started_again(
    open_transport: Open,
    name: str,
    once: Callable[[str], str],
    clock: StaticClock,
    carried: Path,
):
    code, reason = DIES[name]
    found = open_transport(body=once(code))

    died = deliver(found)
    at_once = deliver(found)
    clock.advance(5)
    later = deliver(found)

    assert decide(died) is decide(at_once) is Action.KEEP
    assert died.code == TRANSPORT_FAILED
    assert reason in died.detail
    assert at_once.retry_after_seconds == 5
    assert decide(later) is Action.DONE
    # One that died with the answer on its lips sends it again, as after a failure of the network.
    assert set(carried.read_bytes().splitlines()) == {b"[1]"}


@one_case_under_wine
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_is_a_reason_to_wait(
    open_transport: Open, name: str, once: Callable[[str], str]
):
    code, reason = ANSWERS[name]
    found = open_transport(body=once(code))

    answer = deliver(found)

    assert decide(answer) is Action.KEEP
    assert reason in answer.detail
    assert decide(deliver(found)) is Action.DONE


def test_one_that_never_ends_is_ended_at_its_deadline(
    open_transport: Open, monkeypatch: pytest.MonkeyPatch
):
    found = open_transport(body="while True: pass")
    monkeypatch.setattr("wfhagent.deliver.child_transport.SPARE_SECONDS", SHORT_LIMIT_SECONDS)

    answer = deliver(found)

    assert decide(answer) is Action.KEEP
    assert f"gave nothing within {SHORT_LIMIT_SECONDS + 0.2:.1f}" in answer.detail


def test_a_large_screenshot_may_take_longer_and_arrives_whole(open_transport: Open, carried: Path):
    attachment = Attachment(name="screenshot", media_type="image/webp", data=bytes(10 << 20))
    parcel = Parcel(kind=ParcelKind.LOG, token="wfha_x", body=b"{}", attachment=attachment)
    writes = f"open({str(carried)!r}, 'wb').write(parcel.attachment.data)"
    found = open_transport(body=writes)

    assert decide(deliver(found, parcel)) is Action.DONE
    assert carried.stat().st_size == (10 << 20) + len(b"{}\n")


def test_what_it_patches_and_prints_stays_in_its_process(
    open_transport: Open, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    patches = "import json, socket; json.dumps = socket.create_connection = None"
    found = open_transport(
        body="print('x' * 200_000); os.write(1, b'y' * 200_000);"
        "import logging; logging.getLogger('pigeon').warning('late again')",
        at_opening=patches,
    )

    assert decide(deliver(found)) is Action.DONE
    assert json.dumps([1]) == "[1]"
    assert capfd.readouterr().out == ""
    assert ("wfhagent.plugins.pigeon", logging.WARNING, "late again") in caplog.record_tuples


def test_an_answer_of_before_is_not_taken_for_that_of_the_next_parcel(open_transport: Open):
    # As a plugin does that forks and forgets to end the copy.
    twice = "from wfhagent.process.child import serve; write = serve.write_frame;"
    twice += "serve.write_frame = lambda *frame: (write(*frame), write(*frame))"
    found = open_transport(body=twice)

    answers = [deliver(found), deliver(found)]

    assert [decide(answer) for answer in answers] == [Action.DONE, Action.KEEP]
    assert "it answered more than once" in answers[1].detail


@pytest.mark.parametrize("place", ["at_import", "at_opening", "body"])
def test_one_that_keeps_dying_is_in_quarantine(
    open_transport: Open, place: str, tmp_path: Path, clock: StaticClock
):
    works = tmp_path / "works"
    # It works when the agent looks at it.
    works.touch()
    found = open_transport(**{place: f"if not os.path.exists({str(works)!r}): os._exit(7)"})
    if place != "body":
        found.close()
    works.unlink()

    answers = []
    for seconds in (5, 20, 80, 320):
        answers.append(deliver(found))
        clock.advance(seconds)
    works.touch()

    assert [answer.retry_after_seconds for answer in answers] == [5, 20, 80, 320]
    assert "its process ended with 7 before it answered" in answers[0].detail
    assert (
        "The transport `pigeon` is in quarantine for 1 min. It failed 3 times" in answers[2].detail
    )
    assert decide(deliver(found)) is Action.DONE


def test_one_that_cannot_work_with_the_server_is_a_mistake_in_the_settings(open_transport: Open):
    with pytest.raises(SettingsError, match=r"\[server\] url is not for pigeons"):
        open_transport(at_opening="raise ValueError('url is not for pigeons.')")


def test_it_does_not_get_the_enrollment_token_with_the_settings(open_transport: Open):
    looks = "return Delivery(status=None, detail=str(hasattr(self.server, 'auth_token')))"

    assert deliver(open_transport(body=looks)).detail == "False"


KEYS = """
from typing import Annotated
from msgspec import Meta
from wfhagent.plugin import Secret

class Keys(Config, frozen=True, kw_only=True):
    key: Annotated[Secret[str], Meta(description="The key of the loft.")]
"""


def test_its_secrets_come_from_the_keyring_and_are_masked(open_transport: Open, carried: Path):
    found = open_transport(
        at_import=KEYS,
        config="Keys",
        body="self.config.key.reveal() == 'correct horse' or os.abort();"
        "raise OSError('wrong: ' + self.config.key.reveal())",
        table='[plugins.pigeon]\nkey = { keyring = "loft" }\n',
        keyring={"loft": "correct horse"},
    )

    answer = deliver(found)

    assert "failed: OSError: wrong: " in answer.detail
    assert "correct horse" not in answer.detail


@linux_only("the keeper; a job does it on Windows")
@pytest.mark.parametrize("ends_by", ["pass", "os._exit(0)", "while True: pass"])
def test_a_daemon_that_it_leaves_behind_ends_with_it(
    open_transport: Open, tmp_path: Path, ends_by: str, monkeypatch: pytest.MonkeyPatch
):
    pid = tmp_path / "pid"
    found = open_transport(body=f"{daemon(pid)}; exec({ends_by!r})")
    monkeypatch.setattr("wfhagent.deliver.child_transport.SPARE_SECONDS", SHORT_LIMIT_SECONDS)

    deliver(found)
    found.close()

    assert ends(int(pid.read_text()))


@pytest.mark.parametrize("way", [DROP_IN], indirect=True)
def test_it_gives_its_connections_back_at_the_end(open_transport: Open, tmp_path: Path):
    trace = tmp_path / "closed"
    found = open_transport(at_close=f"open({str(trace)!r}, 'w').close()")
    deliver(found)

    found.close()

    assert trace.exists()
