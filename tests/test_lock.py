"""A lock is held by one process, and ends with it."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.modes import has_mode

from wfhagent.doctor.installation import check_disk
from wfhagent.errors import FolderError, LockedError
from wfhagent.system.lock import hold

HOLDER = """
import sys, threading
from pathlib import Path
from wfhagent.system.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    threading.Event().wait()
"""


def holder(file: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_what_another_process_holds_is_refused_and_named(tmp_path: Path):
    file = tmp_path / "new" / "agent.lock"
    with holder(file) as other:
        with pytest.raises(LockedError, match=r"agent\.lock"), hold(file):
            pass
        other.kill()


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path):
    file = tmp_path / "agent.lock"
    with holder(file) as other:
        other.kill()
        other.wait()

        with hold(file):
            assert has_mode(file, 0o600)


def test_who_is_patient_gets_it_when_the_other_ends(tmp_path: Path):
    file = tmp_path / "agent.lock"
    with holder(file) as other:
        threading.Timer(0.2, other.kill).start()
        with hold(file, wait_seconds=30):
            assert other.wait() != 0


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
@pytest.mark.parametrize(
    "error",
    [
        *(
            OSError(number, os.strerror(number))
            for number in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO, errno.EINVAL, errno.EDEADLK)
        ),
        # Without a number, as some C libraries of Windows have it.
        OSError("no reason given"),
    ],
    ids=str,
)
def test_a_disk_without_locks_is_a_sentence_and_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
):
    def refuse(_descriptor: int, _operation: int) -> None:
        raise error

    monkeypatch.setattr("fcntl.flock", refuse)

    with (
        pytest.raises(FolderError, match=r"agent\.lock cannot be locked: (?!None)"),
        hold(tmp_path / "agent.lock", wait_seconds=60),
    ):
        pass
    finding = check_disk(tmp_path, 0)
    assert not finding.ok
    assert "cannot be locked" in finding.detail


def test_the_doctor_leaves_nothing_behind_when_it_tries_the_lock(tmp_path: Path):
    assert check_disk(tmp_path, 0).ok
    assert list(tmp_path.iterdir()) == []
