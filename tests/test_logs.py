"""The agent's log stays small, and a full disk loses only log lines."""

import logging
import logging.handlers
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.linux_only import linux_only, not_windows
from tests.modes import has_mode, of_modes

from wfhagent.process.bounded_log import MAX_BYTES, MOST_BYTES, TRY_AGAIN_BYTES, BoundedLog
from wfhagent.process.logging_setup import (
    LONGEST_LINE,
    log_to_file,
    log_to_file_only,
    log_to_stderr,
)
from wfhagent.system.paths import KEPT_LOG_FILES, log_files

FULL_DISK = Path("/dev/full")
LINE = "x" * 14_700


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """The path of a log; what a test installs in the root logger is taken out again."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield tmp_path / "data" / "agent.log"
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_six_megabytes_of_lines_leave_four_files_of_one_megabyte(file: Path):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")

    for number in range(430):
        log.info("%d %s", number, LINE)

    sizes = {path.name: path.stat().st_size for path in file.parent.iterdir()}
    assert set(sizes) == {"agent.log", "agent.log.1", "agent.log.2", "agent.log.3"}
    assert len(sizes) == KEPT_LOG_FILES + 1
    assert max(sizes.values()) <= MAX_BYTES
    assert "429 xxx" in file.read_text()[-16_000:]
    assert [path.name for path in log_files(file)] == sorted(sizes)


def test_only_its_owner_may_read_it(file: Path):
    file.parent.mkdir(parents=True)
    file.touch(mode=0o644)
    log_to_file(file, "info")

    logging.getLogger("wfhagent.test").info("x" * MAX_BYTES)
    logging.getLogger("wfhagent.test").info("the next file")

    assert all(has_mode(path, 0o600) for path in file.parent.iterdir())


def test_a_service_logs_to_its_file_only(file: Path, capfd: pytest.CaptureFixture[str]):
    log_to_stderr("warning")
    log_to_file(file, "info")
    log_to_file_only()

    logging.getLogger("wfhagent.test").error("for ever and ever")

    assert capfd.readouterr().err == ""
    assert "for ever and ever" in file.read_text()


def test_one_endless_message_is_cut(file: Path):
    log_to_file(file, "info")

    logging.getLogger("wfhagent.test").info("y" * 5_000_000)

    assert file.stat().st_size < LONGEST_LINE + 200
    assert "more characters" in file.read_text()


@of_modes
def test_the_folder_of_the_log_is_closed_to_others(file: Path):
    log_to_file(file, "info")

    assert has_mode(file.parent, 0o700)


def test_half_a_character_is_written_escaped(file: Path):
    log_to_file(file, "info")

    # Directly to the handler: pytest captures logs, and cannot report half a character.
    [handler] = [each for each in logging.getLogger().handlers if isinstance(each, BoundedLog)]
    handler.handle(logging.makeLogRecord({"name": "wfhagent.test", "msg": "name \udce4"}))

    assert "name \\udce4" in file.read_text()


@linux_only("/dev/full")
def test_a_full_disk_is_reported_once_and_the_log_continues_when_there_is_room(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.parent.mkdir()
    file.symlink_to(FULL_DISK)
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")

    for number in range(100):
        log.info("lost %d", number)
    errors = capsys.readouterr().err
    file.unlink()
    log.info("found")

    assert errors.count("cannot be written") == 1
    assert "No space left" in errors
    assert "found" in file.read_text()
    assert "lost" not in file.read_text()


@linux_only("/dev/full")
def test_a_second_full_disk_is_reported_again(file: Path, capsys: pytest.CaptureFixture[str]):
    file.parent.mkdir()
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    for _ in range(2):
        file.symlink_to(FULL_DISK)
        log.info("lost")
        file.unlink()
        log.info("written")
        # The handler keeps its file open; the next round begins with another one.
        _handler().close()
        _handler().stream = None
        file.unlink()

    assert capsys.readouterr().err.count("cannot be written") == 2


def _handler() -> BoundedLog:
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one, BoundedLog)]
    return handler


def test_a_folder_that_cannot_be_made_costs_the_log_only(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    file.parent.write_text("a file where the folder should be")

    log_to_file(file, "info")
    logging.getLogger("wfhagent.test").info("lost")

    assert "cannot be written" in capsys.readouterr().err


def numbers_in(file: Path) -> list[int]:
    """Return the numbers with which the lines of all log files begin, oldest first."""
    lines = [line for each in reversed(log_files(file)) for line in each.read_text().splitlines()]
    return [int(line.split()[4]) for line in lines if " x" in line]


def refuse_to_rename(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Pretend that other programs hold the files *names* open, as on Windows."""
    rename = os.rename

    def refuse(source: str, target: str) -> None:
        if Path(source).name in names:
            raise PermissionError(13, "another program has it open")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)


def test_a_log_that_another_program_holds_open_loses_no_line(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    refuse_to_rename(monkeypatch, "agent.log")

    for number in range(170):
        log.info("%d %s", number, LINE)

    assert capsys.readouterr().err == ""
    assert numbers_in(file) == list(range(170))
    sizes = {path.name: path.stat().st_size for path in log_files(file)}
    assert set(sizes) == {"agent.log", "agent.log.1", "agent.log.2"}
    assert max(sizes.values()) <= MAX_BYTES
    assert all(has_mode(path, 0o600) for path in log_files(file))


def test_a_log_that_somebody_reads_meanwhile_loses_no_line(file: Path):
    """Windows renames no file that is open; elsewhere nothing is special about it."""
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    log.info("%d %s", 0, LINE)

    with file.open("rb"):
        for number in range(1, 170):
            log.info("%d %s", number, LINE)

    assert numbers_in(file) == list(range(170))
    assert max(path.stat().st_size for path in log_files(file)) <= MAX_BYTES


def test_where_the_file_before_is_held_as_well_the_log_goes_on_in_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    for number in range(100):
        log.info("%d %s", number, LINE)
    with monkeypatch.context() as patch:
        refuse_to_rename(patch, "agent.log", "agent.log.1")
        for number in range(100, 170):
            log.info("%d %s", number, LINE)
        assert file.stat().st_size > MAX_BYTES
        assert numbers_in(file) == list(range(170))
        for number in range(170, 500):
            log.info("%d %s", number, LINE)
        assert file.stat().st_size <= MOST_BYTES + TRY_AGAIN_BYTES
    for number in range(500, 570):
        log.info("%d %s", number, LINE)

    assert file.stat().st_size <= MAX_BYTES
    assert numbers_in(file)[-1] == 569
    assert capsys.readouterr().err == ""


def test_without_a_standard_error_nothing_is_raised(file: Path, monkeypatch: pytest.MonkeyPatch):
    file.parent.write_text("a file where the folder should be")
    log_to_file(file, "info")

    monkeypatch.setattr(sys, "stderr", None)

    logging.getLogger("wfhagent.test").info("lost")


@not_windows("an open file cannot be moved there")
@pytest.mark.parametrize("left", ["nothing", "a new file"])
def test_a_log_that_was_moved_away_continues_in_a_new_file(file: Path, left: str):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    log.info("before")
    moved = file.rename(file.with_name("agent.log-20261129"))
    if left == "a new file":
        file.touch(mode=0o644)

    log.info("after")

    assert "after" not in moved.read_text()
    assert "after" in file.read_text()
    assert has_mode(file, 0o600)


@not_windows("an open file cannot be moved there")
def test_a_log_whose_folder_was_moved_away_continues_once_the_folder_is_back(
    file: Path,
):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    log.info("before")
    file.parent.rename(file.parent.with_name("gone"))
    log.info("lost")
    file.parent.mkdir()

    log.info("after")

    assert "after" in file.read_text()


def test_a_log_that_was_cut_in_place_goes_on_at_its_beginning(file: Path):
    log_to_file(file, "info")
    log = logging.getLogger("wfhagent.test")
    log.info("before")
    os.truncate(file, 0)

    log.info("after")

    assert file.read_text().endswith("after\n")
    assert "\0" not in file.read_text()
