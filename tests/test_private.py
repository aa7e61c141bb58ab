"""Private files are written atomically, for their owner only. A failure keeps the old file."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wfhagent.system import private
from wfhagent.system.private import replace_private, rewrite_private

WRITERS = [replace_private, rewrite_private]
Write = Callable[[Path, bytes], None]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_nobody_else_may_read_it(write: Write, tmp_path: Path):
    before = os.umask(0)
    try:
        write(tmp_path / "file", b"new")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize("write", WRITERS)
def test_a_failure_leaves_the_old_content_and_nothing_else(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError("refused")

    monkeypatch.setattr(private, "replace", refuse)
    with pytest.raises(OSError, match="refused"):
        write(tmp_path / "file", b"new")

    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"file": b"old"}


def test_what_a_power_cut_left_is_overwritten(tmp_path: Path):
    (tmp_path / ".file.new").write_bytes(b"half of a longer content")

    rewrite_private(tmp_path / "file", b"new", modified_at=1000.0)

    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"file": b"new"}
    assert (tmp_path / "file").stat().st_mtime == 1000.0
