"""`make test-systemd` only: as root, with systemd-nspawn. Plain `make test` does not come here."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.worlds.machine import Machine
from tests.worlds.roots import base_root
from tests.worlds.systemd.prepare import archives, wheels


@pytest.fixture(scope="module")
def make_machine() -> Iterator[Callable[..., Machine]]:
    """Make machines that find the packages of Debian and of the lock in the cache."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="wfh-", dir="/var/tmp"))
        )
        found = (f"--bind-ro={wheels()}:/wheels", f"--bind={archives()}:/var/cache/apt/archives")

        def make(
            kind: type[Machine],
            name: str,
            layers: Sequence[Path] = (),
            *,
            private_network: bool = False,
        ) -> Machine:
            machine = kind(
                layers or [base_root()], folder / name, name,
                options=found, private_network=private_network,
            )  # fmt: skip
            stack.enter_context(machine)
            # Packages come from the lock's hashes, as without a cache.
            machine.write("/etc/pip.conf", "[global]\nno-index = true\nfind-links = /wheels\n")
            machine.write("/etc/apt/apt.conf.d/keep", 'APT::Keep-Downloaded-Packages "true";\n')
            return machine

        yield make
