"""A virtual screen for the plugins that look at one."""

from collections.abc import Iterator

import pytest
from tests.displays import virtual_display


@pytest.fixture(scope="session")
def virtual_screen() -> Iterator[str]:
    """The name of an X display of 1280x720 pixels."""
    with virtual_display("1280x720") as (name, _):
        yield name
