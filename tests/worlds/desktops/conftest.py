"""`make test-desktops` only: as root, with systemd-nspawn. Plain `make test` does not come here."""

from collections.abc import Iterator

import pytest
from tests.end_to_end.site import Site
from tests.worlds.site import running_site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The company's server, to which every desktop reports."""
    with running_site() as site:
        yield site
