"""The Debians of which the machines are copies: each is made once, in some minutes, and kept."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MAKE_ROOT = Path(__file__).with_name("make_root.sh")
BASE = (
    *("systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "polkitd"),
    *("python3", "python3-venv", "iproute2", "util-linux", "ca-certificates"),
)
"""Without polkitd logind refuses every inhibitor to a user. Not here: procps, which is optional."""


def cache() -> Path:
    """Return the folder that is kept between runs; XDG_CACHE_HOME moves it out of the source."""
    home = os.environ.get("XDG_CACHE_HOME")
    return Path(home) / "wfhagent-worlds" if home else REPOSITORY / "build" / "worlds"


def base_root() -> Path:
    """Return the root of a small Debian with systemd."""
    return _cached("bookworm", "", BASE)


def bare_root() -> Path:
    """Return the root of a Debian 13 that has what every Debian has, and nothing else."""
    return _cached("trixie-minbase", "", (), release="trixie")


def postgres_root() -> Path:
    """Return the same with PostgreSQL 17, as its image has it."""
    return _cached("trixie-postgres", str(bare_root()), ("postgresql-17",), release="trixie")


def root_with(name: str, packages: Sequence[str]) -> Path:
    """Return the root *name*: the small Debian with *packages*."""
    return _cached(name, str(base_root()), packages)


def _cached(name: str, start: str, packages: Sequence[str], *, release: str = "bookworm") -> Path:
    """Return the root *name*, made again when it was made from something else."""
    require_root()
    root, recipe = cache() / name, cache() / f"{name}.recipe"
    ingredients = json.dumps([MAKE_ROOT.read_text(), release, start, BASE, packages])
    if not root.is_dir() or not recipe.exists() or recipe.read_text() != ingredients:
        recipe.parent.mkdir(parents=True, exist_ok=True)
        command = ["sh", str(MAKE_ROOT), str(root), start, *packages]
        subprocess.run(command, env={**os.environ, "RELEASE": release}, check=True)
        recipe.write_text(ingredients)
    return root


def require_root() -> None:
    """Exit with a sentence where a machine cannot be booted."""
    if os.geteuid() != 0:
        sys.exit("These tests boot machines with systemd-nspawn: run them as root.")
