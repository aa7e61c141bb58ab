"""On macOS `screenshot allow` and `doctor` go through launchd, for which there is a stand-in."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.conftest import NOW, Laptop

from wfhagent.desktop import screen_recording
from wfhagent.doctor import screen_job
from wfhagent.doctor.examine import examine
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.network import is_in_local_network
from wfhagent.os_service.unit import ServiceError
from wfhagent.testing import StaticClock


@pytest.fixture
def launchd(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A stand-in for launchd that runs this program. Returns the commands it received."""
    commands: list[list[str]] = []

    def ask(command: Sequence[str]) -> bytes:
        commands.append(list(command))
        words = list(command[command.index("screenshot") :])
        answer = laptop.folder / "answer"
        done = laptop.run(*words, str(answer))
        assert done.exit_code == 0, done.output
        return answer.read_bytes()

    monkeypatch.setattr("wfhagent.cli.screenshot.needs_job", lambda: True)
    monkeypatch.setattr("wfhagent.doctor.examine.needs_job", lambda: True)
    monkeypatch.setattr(screen_job, "_ask_launchd", ask)
    return commands


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    requests: list[str] = []
    monkeypatch.setattr(screen_recording, "request", lambda: requests.append("request"))
    return requests


def test_allow_has_macos_ask_in_the_name_of_the_agent(
    laptop: Laptop, launchd: list[list[str]], questions: list[str]
):
    done = laptop.run("screenshot", "allow")

    assert done.exit_code == 1
    assert "Screenshot: no_display" in done.output, "as the job found it"
    assert questions == ["request"]
    assert [command[-2:] for command in launchd] == [["--ask", "--answer"]]


def test_doctor_looks_in_the_name_of_the_agent_and_asks_nobody(
    laptop: Laptop, launchd: list[list[str]], questions: list[str]
):
    findings = list(examine(laptop.assembly(), StaticClock(NOW)))

    (screenshot,) = [finding for finding in findings if finding.what == "screenshot"]
    assert screenshot.detail.startswith("no_display")
    assert questions == []
    assert "--ask" not in launchd[0]


def test_what_launchd_refuses_is_a_finding():
    def refuse(_command: Sequence[str]) -> bytes:
        raise ServiceError("`launchctl bootstrap` failed (125): no such domain.")

    (finding,) = screen_job.check_in_job(["wfhagent"], Path("a.toml"), ask_user=True, ask=refuse)

    assert finding == Finding(
        "screenshot",
        ok=False,
        detail="`launchctl bootstrap` failed (125): no such domain",
        advice=screen_job.ADVICE,
    )


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        *(("192.168.1.20", True), ("10.0.0.7", True), ("fd00::7", True), ("fe80::1%en0", True)),
        *(("203.0.114.5", False), ("2a00:1450::5", False), ("127.0.0.1", False), ("x", False)),
    ],
)
def test_macos_asks_for_the_local_network_only(address: str, is_local: bool):
    assert is_in_local_network(address) is is_local
