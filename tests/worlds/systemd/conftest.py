"""`make test-systemd` only: as root, with systemd-nspawn. Plain `make test` does not come here."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.worlds.systemd.world import World


@pytest.fixture(scope="module")
def make_world() -> Iterator[Callable[..., World]]:
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="wfh-", dir="/var/tmp"))
        )

        def make(name: str, *, private_network: bool = False) -> World:
            world = World(folder / name, name, private_network=private_network)
            return stack.enter_context(world)

        yield make
