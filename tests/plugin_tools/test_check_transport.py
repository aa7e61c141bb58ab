"""`wfhagent plugin check` has a transport carry one parcel of each kind to a scripted server."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.plugin_tools.checking import change, check
from tests.wine import one_case_under_wine

from wfhagent.plugin import ParcelKind
from wfhagent.plugin_tools import scratch
from wfhagent.plugin_tools.check import check_plugin_at
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.plugin_tools.scaffold import Kind
from wfhagent.system.paths import program


@pytest.fixture
def pigeon(tmp_path: Path) -> Path:
    return make_plugin("pigeon", tmp_path, Kind.TRANSPORT)


def begin_of_send(code: str) -> tuple[str, str]:
    """Return a change that begins `send` with *code*."""
    line = "        if parcel.kind not in CALLS:\n"
    return line, f"        {code}\n{line}"


def test_each_parcel_is_shown_with_the_answer_of_the_server(pigeon: Path):
    found = json.loads(check(pigeon, "--json").stdout)

    (transport,) = found["transports"]
    assert transport["name"] == "pigeon"
    assert [parcel["kind"] for parcel in transport["parcels"]] == list(ParcelKind)
    assert [parcel["status"] for parcel in transport["parcels"]] == [
        201,
        200,
        201,
        200,
        201,
        200,
        200,
    ]
    assert transport["parcels"][2]["requests"] == ["POST /api/log"]
    assert "log: 201" in check(pigeon).stdout


@one_case_under_wine
@pytest.mark.parametrize(
    ("change_to", "problem"),
    [
        (('"/api/log"', '"/log"'), "log: The protocol has no call POST /log."),
        (('f"Bearer {parcel.token}"', '"Bearer"'), "enroll: POST /api/enroll needs the parcel's"),
        (('files["screenshot"]', 'files["image"]'), "needs the parts `log` and `screenshot`"),
        (
            ("status=response.status_code", "status=200"),
            "log: the server answers 503, and the transport reports 200: the agent would not keep",
        ),
        (
            ("status=response.status_code", "status=min(response.status_code, 400)"),
            "the transport reports 400: the agent would not keep the entry.",
        ),
        (
            ("server_time=_time(answer)", "server_time=None"),
            "heartbeat: without server_time the agent goes by the laptop's clock",
        ),
        (begin_of_send("return True"), "send must return a Delivery, and gave a bool"),
        (begin_of_send("raise OSError('no way')"), "enroll: OSError: no way (pigeon/__init__.py"),
        (begin_of_send("raise SystemExit(4)"), "Its process ended with 4 before it answered."),
        (begin_of_send("import os; os._exit(5)"), "Its process ended with 5 before it answered."),
        (("self._client.close()", "1 / 0"), "close: ZeroDivisionError"),
        (
            ("super().__init__(config, server)", "raise ValueError('url is not for pigeons.')"),
            "[server] url is not for pigeons.",
        ),
    ],
    ids=[
        *("path", "token", "parts", "stored", "refused", "time", "type", "raises", "exits"),
        *("ends", "close", "server"),
    ],
)
def test_what_goes_wrong_on_the_way_is_reported(
    pigeon: Path, change_to: tuple[str, str], problem: str
):
    change(pigeon, *change_to)

    done = check(pigeon)

    assert done.returncode == 1, done.stdout
    assert problem in done.stdout


def test_one_that_sends_elsewhere_has_a_note(pigeon: Path):
    change(pigeon, *begin_of_send('return Delivery(status=None, detail="No pigeon is here.")'))

    done = check(pigeon)

    assert done.returncode == 0, done.stdout
    assert "NOTE: log: was not delivered: No pigeon is here." in done.stdout
    assert "NOTE: It did not ask the scripted server." in done.stdout
    assert "  whereami: no answer No pigeon is here." in done.stdout


def test_one_that_hangs_is_a_problem_among_others(pigeon: Path, monkeypatch: pytest.MonkeyPatch):
    change(pigeon, "import ssl\n", "import ssl\nimport tomli\n")
    run = subprocess.run

    def hang(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        if "ask" in command:
            raise subprocess.TimeoutExpired(command, options["timeout"])
        return run(command, **options)

    monkeypatch.setattr(scratch.subprocess, "run", hang)
    checked = check_plugin_at(pigeon, program=program())

    assert checked.problems == [
        "`wfhagent plugin ask pigeon` does not end with this plugin. It was stopped after 120 s."
    ]
    assert checked.transports[0].name == "pigeon"
    assert "It imports tomli" in checked.notes[0]


def test_what_it_prints_is_shown(pigeon: Path):
    change(pigeon, *begin_of_send("print('on its way', end='')"))

    done = check(pigeon)

    assert done.returncode == 0, done.stdout
    assert "info: printed: on its way" in done.stdout
