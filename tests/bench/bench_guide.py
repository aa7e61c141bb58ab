"""From `plugin new` to a section on the receiver, as docs/writing-a-plugin.md tells it.

Every block of the guide is followed in an empty folder of a home of its own. The time is what its
commands take, and what a slow reader takes for the page up to there. What counts as outside is
every file of this repository and of that home which is not what it was, but for the folder in which
the guide is followed; caches count.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from figures import Figure

sys.path.append(str(Path(__file__).resolve().parents[2]))

from tests.newcomer import GUIDE, ROOT, Newcomer, blocks

PROMISED_SECONDS = 600
WORDS_PER_MINUTE = 120
"""Half of what people read; the code is read as well, and copied."""
END_OF_THE_WAY = "## On the dashboard"


def figures() -> list[Figure]:
    """Follow the guide once."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wfhagent-home-")))
        home = scratch / "home"
        folder = home / "work"
        folder.mkdir(parents=True)
        newcomer = Newcomer(folder, home, stack)
        before = _digests(home, folder)
        started = time.perf_counter()
        for block in blocks():
            newcomer.follow(*block)
        commands = time.perf_counter() - started
        # On a machine without a battery the section is the reason why.
        if '"battery' not in newcomer.received():
            sys.exit(f"guide: no section arrived; the receiver has:\n{newcomer.received()}")
        changed = sorted({name for name, _ in before ^ _digests(home, folder)})
    reading = len(_way().split()) * 60 / WORDS_PER_MINUTE
    note = f"{commands:.1f} s of commands, the rest is reading"
    outside = ", ".join(changed) or "none of repository and home"
    return [
        Figure(
            "guide.seconds",
            commands + reading,
            PROMISED_SECONDS,
            1.0,
            "s",
            "lower",
            f"promised; {note}",
        ),
        # Compared with 1, since a ratio to 0 is undefined.
        Figure("guide.files_outside", len(changed), 1, 0.0, "files", "lower", outside),
    ]


def _way() -> str:
    """Return the guide up to where the section has arrived."""
    return GUIDE.read_text(encoding="utf-8").partition(END_OF_THE_WAY)[0]


def _digests(home: Path, folder: Path) -> set[tuple[str, str]]:
    """Return name and content of each file of *home* but for *folder*, and of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    ours = [ROOT / name for name in listed if name]
    theirs = [
        Path(place) / name
        for place, _, names in os.walk(home)
        if not Path(place).is_relative_to(folder)
        for name in names
    ]
    return {
        (str(path), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (*ours, *theirs)
        if path.is_file()
    }
