"""A program of the demo that ends by itself is reported, once, with its last words."""

import sys
from pathlib import Path

from wfhserver.demo.children import Watched, child, terminal


def test_one_that_ended_is_reported_once_with_the_last_line_that_it_printed(tmp_path: Path) -> None:
    journal = tmp_path / "run.log"
    script = "print('starting', flush=True); raise SystemExit('Another agent is running.\\n')"

    with child([sys.executable, "-c", script], journal=journal, environment={}) as process:
        watched = Watched(process, journal)
        process.wait(30)
        found = watched.why_it_ended(), watched.why_it_ended()

    assert found == ("Another agent is running.", None)


def test_one_that_runs_is_not(tmp_path: Path) -> None:
    journal = tmp_path / "run.log"
    with (
        terminal("") as nothing,
        child(["/bin/cat"], journal=journal, environment={}, stdin=nothing) as process,
    ):
        assert Watched(process, journal).why_it_ended() is None
