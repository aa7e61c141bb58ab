"""Which backup the checklist and the alert take for the newest good one."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from wfhserver.alerts.backup_check import BackupCheck
from wfhserver.backup.encryption import SUFFIXES
from wfhserver.backup.last_good import last_good
from wfhserver.backup.manifest import Manifest, write_manifest
from wfhserver.backup.records import record_backup, record_verification
from wfhserver.testing import StillClock

NAME, OLDER, NEWER = "2026-11-23T020000Z", "2026-11-22T020000Z", "2026-11-23T030000Z"
HOUR = timedelta(hours=1)
AT = datetime.fromisoformat("2026-11-23T08:00:00+00:00")
GROUP = 54321


def made(folder: Path, name: str, *, encryption: str = "none") -> Path:
    """Write a backup of a database and one screenshot."""
    backup = folder / name
    (backup / "screenshots" / "2026-11-22").mkdir(parents=True)
    suffix = SUFFIXES[encryption]
    (backup / f"database.dump{suffix}").write_bytes(b"dump")
    (backup / f"screenshots/2026-11-22/a.webp{suffix}").write_bytes(b"image")
    manifest = Manifest(
        made_at=AT,
        wfhserver="0.1.0",
        schema="0001",
        postgresql=17,
        encryption=encryption,
        database_bytes=4,
        screenshots=1,
        screenshot_bytes=5,
    )
    write_manifest(backup, manifest)
    (backup / "SHA256SUMS").write_text("hashes")
    return backup


def made_by_older_version(folder: Path, name: str) -> Path:
    """Write a backup as `wfhserver-backup` did before there was a manifest."""
    backup = folder / name
    backup.mkdir()
    (backup / "database.dump").write_bytes(b"dump")
    (backup / "SHA256SUMS").write_text("hashes")
    return backup


def problem_of(check: BackupCheck) -> str | None:
    return asyncio.run(check.problem())


@pytest.fixture
def now(clock: StillClock) -> StillClock:
    clock.time = AT
    return clock


def test_a_backup_that_is_missing_or_old_is_a_problem(tmp_path: Path, now: StillClock) -> None:
    check = BackupCheck(tmp_path, now)
    assert problem_of(BackupCheck(None, now)) is None
    assert "cannot be read" in (problem_of(BackupCheck(tmp_path / "x", now)) or "")
    assert problem_of(check) == f"There is no complete backup in {tmp_path}."
    made(tmp_path, NAME)
    assert problem_of(check) is None
    now.time += 31 * HOUR
    assert problem_of(check) == "The newest complete backup is of 2026-11-23 02:00 UTC."


@pytest.mark.parametrize("encryption", ["none", "age", "openpgp"])
def test_a_complete_backup_counts_encrypted_or_not(tmp_path: Path, encryption: str) -> None:
    assert last_good(tmp_path) is None
    assert last_good(made(tmp_path, NAME, encryption=encryption).parent) == tmp_path / NAME


def test_a_backup_of_an_older_version_counts(tmp_path: Path) -> None:
    assert last_good(made_by_older_version(tmp_path, NAME).parent) == tmp_path / NAME


@pytest.mark.parametrize(
    "damage",
    [
        "rm database.dump",
        "truncate -s 3 database.dump",
        "rm SHA256SUMS",
        "truncate -s 9 manifest.json",
        "rm screenshots/2026-11-22/a.webp",
        "truncate -s 4 screenshots/2026-11-22/a.webp",
        "rm -r screenshots",
        "rm -r ./*",
    ],
)
def test_a_backup_that_lacks_something_does_not_count(tmp_path: Path, damage: str) -> None:
    good, bad = made(tmp_path, OLDER), made(tmp_path, NAME)
    subprocess.run(["sh", "-c", damage], cwd=bad, check=True)

    assert last_good(tmp_path) == good


def test_a_backup_in_progress_and_what_is_no_backup_are_passed_over(tmp_path: Path) -> None:
    good = made(tmp_path, NAME)
    made(tmp_path, ".unfinished")
    made(tmp_path, "of-somebody-else")
    (tmp_path / NEWER).write_text("a file")
    (tmp_path / "2026-11-23T040000Z").symlink_to(good)
    (tmp_path / "last-backup.json").write_text("{}")
    (tmp_path / "last-verification.json").write_bytes(b"\xff")

    assert last_good(tmp_path) == good
    state = asyncio.run(BackupCheck(tmp_path, StillClock()).state())
    assert state is not None
    assert state.verification is None


def test_what_the_newest_verification_found_holds_until_the_next(
    tmp_path: Path, now: StillClock
) -> None:
    (tmp_path / ".lock").touch()
    older, newer = made(tmp_path, OLDER), made(tmp_path, NAME)
    check = BackupCheck(tmp_path, now)

    record_verification(older, AT - HOUR, "database.dump is damaged.")
    damaged, state = problem_of(check), asyncio.run(check.state())
    record_verification(newer, AT, None)

    assert damaged == (
        "The last verification of a backup, on 2026-11-23 07:00 UTC, failed: database.dump is"
        " damaged."
    )
    assert state is not None
    assert state.verification is not None
    assert f"{state.verification.backup_made_at:%d %H:%M}" == "22 02:00"
    assert problem_of(check) is None


def test_files_are_looked_at_again_after_an_hour_or_when_a_backup_comes_or_goes(
    tmp_path: Path, now: StillClock
) -> None:
    check, backup = BackupCheck(tmp_path, now), made(tmp_path, NAME)
    seen = [problem_of(check)]
    (backup / "database.dump").unlink()
    seen.append(problem_of(check))
    made(tmp_path, OLDER).rename(tmp_path / "elsewhere")
    now.pause(3600)
    seen.append(problem_of(check))
    (tmp_path / "elsewhere").rename(tmp_path / OLDER)
    seen.append(problem_of(check))

    missing = f"There is no complete backup in {tmp_path}."
    assert seen == [None, None, missing, None]


SEEN = """
import os, sys
from pathlib import Path
from wfhserver.backup.last_good import last_good
last_good(Path(sys.argv[1]))  # What is imported late, this user may not read in every place.
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(65534)
print(last_good(Path(sys.argv[1])).name)
try:
    (Path(sys.argv[1]) / "2026-11-23T020000Z" / "manifest.json").read_bytes()
except PermissionError:
    print("closed")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_the_server_knows_the_last_backup_in_a_folder_that_it_may_only_list(
    open_folder: Path,
) -> None:
    folder = open_folder / "backups"
    folder.mkdir()
    folder.chmod(0o750)
    os.chown(folder, 0, GROUP)
    for name in (OLDER, NAME):
        made(folder, name).chmod(0o700)

    def seen() -> list[str]:
        command = [sys.executable, "-c", SEEN, folder, str(GROUP)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    without_record = seen()
    before = os.umask(0o077)
    record_backup(folder / OLDER, AT)
    os.umask(before)
    somebody_elses = seen()
    record_backup(folder / NAME, AT)

    # A backup of an older version has no record. Where there is one, others do not count.
    assert without_record == [NAME, "closed"]
    assert somebody_elses == [OLDER, "closed"]
    assert seen() == [NAME, "closed"]


def test_a_record_names_the_backup_the_time_and_nobody(tmp_path: Path) -> None:
    record_backup(made(tmp_path, NAME), AT)

    assert json.loads((tmp_path / "last-backup.json").read_bytes()) == {
        "backup": NAME,
        "at": "2026-11-23T08:00:00Z",
        "problem": None,
    }
