"""A file that Apple rejects fails the release. Not tested on a Mac: xcrun is a stand-in."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "packaging" / "notarize.py"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ('{"id": "7", "status": "Accepted"}', 0),
        ('{"id": "7", "status": "Invalid"}', 1),
        ('{"id": "7", "status": "Rejected"}', 1),
        ('{"id": "7"}', 1),
    ],
)
def test_only_what_apple_accepts_passes(tmp_path: Path, answer: str, code: int):
    xcrun = tmp_path / "xcrun"
    xcrun.write_text(
        f"#!/bin/sh\necho \"$*\" >> {tmp_path}/calls\n[ $2 = log ] && echo 'the log' && exit 0\n"
        f"echo '{answer}'\n"
    )
    xcrun.chmod(0o755)
    names = {"APPLE_ID": "a@example.com", "APPLE_TEAM_ID": "T", "APPLE_PASSWORD": "secret"}

    done = subprocess.run(
        [sys.executable, "-P", PROGRAM, "wfhagent.zip"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", **names},
        capture_output=True,
        text=True,
        check=False,
    )

    calls = (tmp_path / "calls").read_text().splitlines()
    assert done.returncode == code, done.stderr
    assert calls[0].startswith("notarytool submit wfhagent.zip --wait --output-format json")
    assert ("the log" in done.stdout) == (code == 1)
    assert "secret" not in done.stdout
