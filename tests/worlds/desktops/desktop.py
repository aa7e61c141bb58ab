"""A desktop that somebody has just logged in to, with wfhagent at hand."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from tests.worlds.desktops import agent
from tests.worlds.desktops.machine import CACHE, Machine, cached_root, require_root

PICTURES = CACHE / "pictures"


class Desktop(Protocol):
    """What each desktop can do."""

    def __init__(self, machine: Machine) -> None: ...

    def prepare(self) -> None:
        """Lay out, before the boot, what its log-in needs."""

    def log_in(self) -> None:
        """Log in and wait until it is there."""


DesktopT = TypeVar("DesktopT", bound=Desktop)


@contextmanager
def logged_in(kind: type[DesktopT], name: str, packages: Sequence[str]) -> Iterator[DesktopT]:
    """Yield a desktop of *kind* on the root *name* with *packages*."""
    require_root()
    root = cached_root(name, packages)
    with (
        tempfile.TemporaryDirectory(prefix=f"{name}-", dir="/var/tmp") as scratch,
        Machine(root, Path(scratch) / "machine") as machine,
    ):
        desktop = kind(machine)
        desktop.prepare()
        agent.prepare(machine)
        machine.boot()
        desktop.log_in()
        yield desktop
