"""A desktop after login, with wfhagent available."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from tests.end_to_end.site import Site
from tests.worlds.desktops import agent
from tests.worlds.laptop import Laptop
from tests.worlds.roots import REPOSITORY, root_with


class Desktop(Protocol):
    """What each desktop can do."""

    def __init__(self, laptop: Laptop) -> None: ...

    def prepare(self) -> None:
        """Prepare, before the boot, what the login needs."""

    def log_in(self) -> None:
        """Log in and wait until it is there."""


DesktopT = TypeVar("DesktopT", bound=Desktop)


@contextmanager
def logged_in(
    kind: type[DesktopT], name: str, packages: Sequence[str], site: Site
) -> Iterator[DesktopT]:
    """Yield a desktop of *kind* on the root *name* with *packages*; its agent knows *site*."""
    root = root_with(name, packages)
    # This Python, its packages and the sources are seen there at their own paths.
    shown = [REPOSITORY]
    shown += [Path(sys.base_prefix)] if sys.base_prefix != "/usr" else []
    binds = [f"--bind-ro={path}" for path in shown]
    with (
        tempfile.TemporaryDirectory(prefix=f"{name}-", dir="/var/tmp") as scratch,
        Laptop([root], Path(scratch) / "laptop", kind.__name__.lower(), options=binds) as laptop,
    ):
        for path in shown:
            _let_in(laptop, path)
        desktop = kind(laptop)
        desktop.prepare()
        agent.prepare(laptop, site)
        laptop.boot()
        desktop.log_in()
        yield desktop


def _let_in(laptop: Laptop, path: Path) -> None:
    """Let others than root reach *path*."""
    for parent in list(path.parents)[:-1]:
        inside = laptop.tree / parent.relative_to("/")
        inside.mkdir(exist_ok=True, parents=True)
        inside.chmod(inside.stat().st_mode | 0o011)
