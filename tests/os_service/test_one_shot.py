"""A command that launchd runs once. Not tested on a Mac: launchctl is a stand-in."""

import plistlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.os_service.fake_system import Completed, FakeSystem, answered

from wfhagent.os_service.one_shot import LABEL, OneShot, render_job
from wfhagent.os_service.unit import ServiceError

PROGRAM = "/Library/x/wfhagent.app/Contents/MacOS/wfhagent"


class Mac(FakeSystem):
    """Runs a bootstrapped job at the third poll and lets it write its answer."""

    def __init__(self, answer: bytes = b"answer", error: str = "") -> None:
        super().__init__()
        self.answer, self.error = answer, error
        self.looks = 0
        self.plist = Path()

    def __call__(self, command: Sequence[str]) -> Completed:
        if command[1] == "bootstrap":
            self.plist = Path(command[3])
        return super().__call__(command)

    def pause(self, _seconds: float) -> None:
        self.looks += 1
        job = plistlib.loads(self.plist.read_bytes())
        if self.error:
            Path(job["StandardErrorPath"]).write_text(f"first\n{self.error}\n")
        if self.answer and self.looks == 3:
            Path(job["ProgramArguments"][-1]).write_bytes(self.answer)


def one_shot(mac: Mac) -> OneShot:
    return OneShot(uid=501, run=mac, pause=mac.pause)


def test_what_the_job_writes_comes_back_and_nothing_of_it_stays():
    mac = Mac()

    assert one_shot(mac).ask([PROGRAM, "screenshot", "job", "--answer"]) == b"answer"
    assert mac.verbs("bootout", "bootstrap") == ["bootout", "bootstrap", "bootout"]
    assert mac.commands[-1] == f"launchctl bootout gui/501/{LABEL}"
    assert not mac.plist.parent.exists()


def test_a_job_that_never_answers_is_ended_and_its_last_words_are_passed_on():
    mac = Mac(answer=b"", error="wfhagent: no such file")

    with pytest.raises(ServiceError, match="did not answer: wfhagent: no such file"):
        one_shot(mac).ask([PROGRAM])

    assert mac.commands[-1] == f"launchctl bootout gui/501/{LABEL}"


def test_a_session_without_a_screen_is_an_error():
    mac = Mac()
    mac.answers["bootstrap"] = answered(125, err="Domain does not support specified action")

    with pytest.raises(ServiceError, match="Domain does not support specified action"):
        one_shot(mac).ask([PROGRAM])

    assert mac.looks == 0


def test_the_job_counts_as_the_bundle_and_runs_once_in_front_of_its_user(tmp_path: Path):
    job = plistlib.loads(render_job([PROGRAM, "x"], tmp_path / "errors"))

    assert job == {
        "Label": LABEL,
        "ProgramArguments": [PROGRAM, "x"],
        "RunAtLoad": True,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Interactive",
        "StandardErrorPath": str(tmp_path / "errors"),
        "AssociatedBundleIdentifiers": "org.wfhagent.agent",
    }
