"""A plugin of pytest, in Windows: several processes share the files of tests.

The first that claims a file runs it, whole and in order. What becomes of each test is written down
at once: a process that dies takes nothing with it but the test that it ran.
"""

import json
import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

FOLDER = "WFHAGENT_SHARED_TESTS"
"""The environment variable that names the folder of the claims and results, new for each run."""
STARTED = "did not end"


class Share:
    """The part of one process in what *folder* holds of a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._results = (folder / f"results-{os.getpid()}.jsonl").open("w", encoding="utf-8")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what nobody else does."""
        run = session.config.hook.pytest_runtest_protocol
        before = None
        for item in self._claimed(session.items):
            if before is not None:
                run(item=before, nextitem=item)
            before = item
        if before is not None:
            run(item=before, nextitem=None)
        return True

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._write(nodeid, STARTED)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self._write(report.nodeid, report.outcome, _reason(report), report.duration)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # Every process collects everything: what is left out is written by each.
        if report.outcome != "passed":
            self._write(report.nodeid, report.outcome, _reason(report))

    def pytest_unconfigure(self) -> None:
        self._results.close()

    def _claimed(self, items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
        for file, tests in groupby(items, key=lambda item: item.nodeid.partition("::")[0]):
            try:
                (self._folder / file.replace("/", "-")).mkdir()
            except FileExistsError:
                continue
            yield from tests

    def _write(self, test: str, outcome: str, reason: str = "", seconds: float = 0.0) -> None:
        self._results.write(json.dumps([test, outcome, reason, seconds]) + "\n")
        self._results.flush()


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return ""


def pytest_configure(config: pytest.Config) -> None:
    """Take part."""
    config.pluginmanager.register(Share(Path(os.environ[FOLDER])))
