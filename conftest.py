"""What holds for every test: system, disk, virtual screen, a umask that commands do not change."""

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.displays import virtual_display
from tests.linux_only import collect_here
from tests.scratch import fast_disk
from tests.wine import UNDER_WINE


def pytest_configure() -> None:
    """Let pytest make its folders where no sync takes time."""
    if (disk := fast_disk()) is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(disk))


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Leave out a file that can run on Linux only, with its reason."""
    return collect_here(module_path, parent)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Leave out a folder that can run on Linux only, before its conftest.py is imported."""
    return collect_here(path, parent)


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """A command that runs within a test makes its files private, and those of no later test."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def _one_case_under_wine(request: pytest.FixtureRequest) -> None:
    if UNDER_WINE and any(request.node.callspec.indices.values()):
        pytest.skip("Not under Wine: another text in what its first case does")


@pytest.fixture(scope="session")
def virtual_screen() -> Iterator[str]:
    """The name of an X display of 1280x720 pixels."""
    if sys.platform != "linux":
        pytest.skip("Linux only: X11")
    with virtual_display("1280x720") as (name, _):
        yield name


@pytest.fixture(autouse=True)
def _logging_left_alone() -> Iterator[None]:
    """What a command sets in this process must not silence the logs of later tests."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
