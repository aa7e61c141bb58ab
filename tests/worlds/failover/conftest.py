"""A database, and what is deployed over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from server.tests.standby import Pair, pair_in
from tests.scratch import open_folder
from tests.worlds.failover.deployment import Deployment


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A PostgreSQL that a second one may follow."""
    with open_folder() as folder, pair_in(folder) as made:
        made.make()
        yield made


@pytest.fixture
def deployment(pair: Pair, tmp_path: Path) -> Deployment:
    """Two app servers over the pair, not yet running."""
    made = Deployment(pair, tmp_path, pair.url)
    made.output("db", "upgrade")
    return made
