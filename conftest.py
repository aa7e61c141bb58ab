"""A virtual screen for the plugins that look at one, and a umask that commands do not change."""

import os
from collections.abc import Iterator

import pytest
from tests.displays import virtual_display


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """A command that runs within a test makes its files private, and those of no later test."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def virtual_screen() -> Iterator[str]:
    """The name of an X display of 1280x720 pixels."""
    with virtual_display("1280x720") as (name, _):
        yield name
