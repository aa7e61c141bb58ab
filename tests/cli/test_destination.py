"""Privacy page, `send` and `doctor` name the place that a transport really sends to."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Laptop
from tests.drop_ins import drop

from wfhagent.deliver.carry import destination_of, probe
from wfhagent.plugin import Config, Delivery, Parcel, Transport
from wfhagent.testing import LOOPBACK, check_transport

QUEUE = '''
from typing import Annotated
from wfhagent.plugin import Config, Delivery, Parcel, Secret, Server, Transport, hookimpl

class QueueConfig(Config, frozen=True, kw_only=True):
    password: Secret[str] = Secret("")

class Queue(Transport[QueueConfig]):
    """Puts everything into a queue."""

    name = "queue"

    def send(self, parcel: Parcel) -> Delivery:
        return Delivery(status=None, detail="the queue is full")

    def destination(self) -> str:
        {destination}

    def probe(self):
        {probe}

@hookimpl
def register_transports():
    return [Queue]
'''
PASSWORD = "hunter2-under-the-bed"


@pytest.fixture
def folder(laptop: Laptop) -> Path:
    """The folder that the file transport of the laptop writes to."""
    folder = laptop.folder / "carrier"
    laptop.configure("agent", transport="file")
    laptop.configure("plugins.file", directory=str(folder))
    return folder


def findings(laptop: Laptop) -> dict[str, Any]:
    return {one["what"]: one for one in json.loads(laptop.run("doctor", "--json").stdout)}


def queue(
    laptop: Laptop, *, destination: str = "return 'queue wfh of broker-1'", probe: str
) -> None:
    source = QUEUE.format(destination=destination, probe=probe)
    drop(laptop.folder / "plugins", "queue.py", source)
    laptop.configure("agent", transport="queue")
    laptop.configure("plugins.queue", password=PASSWORD)


def test_the_privacy_page_names_the_folder_and_no_server(laptop: Laptop, folder: Path):
    page = laptop.run("privacy").stdout

    assert f"It reports to {folder}." in page
    assert f"this program takes a screenshot and sends it to {folder}." in page
    assert "127.0.0.1" not in page


def test_send_says_that_a_heartbeat_is_in_the_folder(laptop: Laptop, folder: Path):
    done = laptop.run("send", "heartbeat")

    assert done.stdout == f"The heartbeat is stored at {folder}.\n"
    assert len(list(folder.glob("*-heartbeat-*.json"))) == 1


def test_the_question_before_a_test_log_names_the_folder_and_promises_no_deletion(
    laptop: Laptop, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []

    def ask(_title: str, question: str, **_buttons: str) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr("wfhagent.cli.send.ask_at_screen", ask)

    laptop.run("send", "log")

    (question,) = asked
    assert question.endswith(f"and send it to {folder}.")


def test_doctor_tries_the_folder_and_not_the_way_to_a_server(laptop: Laptop, folder: Path):
    found = findings(laptop)

    assert found["server"] | {"advice": ""} == {
        "what": "server",
        "ok": True,
        "detail": f"{folder} can be written",
        "advice": "",
    }
    assert not {"proxy", "name", "token", "clock"} & set(found)
    assert list(folder.iterdir()) == []


def test_doctor_says_that_the_folder_cannot_be_written(laptop: Laptop, folder: Path):
    folder.write_text("a file")

    found = findings(laptop)["server"]

    assert not found["ok"]
    assert found["detail"].startswith(f"{folder} cannot be written: ")
    assert found["advice"] == "Correct this, or tell IT. Entries wait until then."


def test_https_is_asked_as_before(laptop: Laptop):
    found = findings(laptop)

    assert {"proxy", "name", "server"} <= set(found)
    assert "https://127.0.0.1:9" in found["server"]["detail"] + found["server"]["advice"]
    assert "It reports to https://127.0.0.1:9." in laptop.run("privacy").stdout


def test_a_drop_in_is_asked_too(laptop: Laptop):
    queue(laptop, probe="return Delivery(status=204)")

    assert "It reports to queue wfh of broker-1." in laptop.run("privacy").stdout
    assert findings(laptop)["server"]["detail"] == "queue wfh of broker-1 can be used"


@pytest.mark.parametrize(
    "destination",
    [
        "raise RuntimeError(self.config.password.reveal())",
        "return 7",
        "return ' '",
        "import sys; sys.exit(3)",
    ],
)
def test_without_a_destination_the_server_of_agent_toml_is_named(laptop: Laptop, destination: str):
    queue(laptop, destination=destination, probe="return None")

    done = laptop.run("privacy")

    assert "It reports to https://127.0.0.1:9." in done.stdout
    assert PASSWORD not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        (
            "raise RuntimeError('no access with ' + self.config.password.reveal())",
            "The transport `queue` failed: RuntimeError: no access with ***",
        ),
        ("return 'fine'", "The transport `queue` gave a str as the result of its probe."),
        (
            "return Delivery(status=None)",
            "The transport `queue` gave neither a status nor a reason.",
        ),
        ("return Delivery(status=None, detail='broker-1 is down')", "broker-1 is down"),
        ("return Delivery(status=403, code='no_access')", "no_access queue wfh of broker-1: 403"),
    ],
)
def test_what_a_probe_finds_is_a_finding_without_secrets(laptop: Laptop, code: str, detail: str):
    queue(laptop, probe=code)

    done = laptop.run("doctor", "--json")

    found = {one["what"]: one for one in json.loads(done.stdout)}["server"]
    assert not found["ok"]
    assert found["detail"].startswith(detail)
    assert PASSWORD not in done.stdout + done.stderr


class Odd(Transport[Config]):
    """Says of its place what a test wants."""

    name = "odd"

    def __init__(self, place: Any, found: Any = None) -> None:
        super().__init__(Config(), LOOPBACK)
        self._place, self._found = place, found

    def send(self, parcel: Parcel) -> Delivery:
        return Delivery(status=None, detail="not sent")

    def destination(self) -> Any:
        return self._place

    def probe(self) -> Any:
        return self._found


def test_a_destination_is_one_short_line_without_a_password():
    assert destination_of(Odd("sftp://bob:s3cret@files\n\n| wfh")) == "sftp://***@files | wfh"
    assert len(destination_of(Odd("x" * 1000))) == 200
    assert probe(Odd("x")) is None


def test_the_test_kit_reports_what_is_none():
    assert check_transport(Odd("a folder", Delivery(status=200))) == []
    assert check_transport(Odd(7)) == ["destination must return a text, and gave a int"]
    assert check_transport(Odd("x", "fine")) == [
        "probe must return a Delivery or None, and gave a str"
    ]
    assert check_transport(Odd("x", Delivery(status=None))) == [
        "probe: a Delivery without status needs a detail"
    ]
