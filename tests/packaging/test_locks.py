"""The lock files: that they are of the declared requirements, agree, and name no registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "requirements"
LOCKS = sorted(FOLDER.glob("*.txt"))
OF_RUNTIME, OF_DEVELOPMENT, OF_SERVER = (
    FOLDER / f"{name}.txt" for name in ("runtime", "lock", "server")
)
PROJECTS = [
    ROOT / "pyproject.toml",
    ROOT / "server" / "pyproject.toml",
    *sorted(ROOT.glob("plugins/*/pyproject.toml")),
]
STALE = "Run `make lock`"


def locked(lock: Path) -> dict[str, tuple[Version, frozenset[str]]]:
    """Return version and hashes of each package."""
    entries = re.split(r"\n(?=\w)", lock.read_text().strip())
    found = {}
    for entry in entries:
        name, version = re.match(r"(\S+)==(\S+)", entry).groups()
        hashes = frozenset(re.findall(r"--hash=(\S+)", entry))
        found[canonicalize_name(name)] = (Version(version), hashes)
    return found


def declared(project: Path, *extras: str) -> list[Requirement]:
    """Return what *project* requires, but for the packages of this repository."""
    table = tomllib.loads(project.read_text())["project"]
    optional = table.get("optional-dependencies", {})
    lines = [*table.get("dependencies", ()), *(each for name in extras for each in optional[name])]
    found = [Requirement(line) for line in lines]
    return [each for each in found if each.name != "wfhagent"]


def missing(requirements: list[Requirement], lock: Path) -> list[str]:
    versions = {name: version for name, (version, _) in locked(lock).items()}
    return [
        str(each)
        for each in requirements
        if canonicalize_name(each.name) not in versions
        or versions[canonicalize_name(each.name)] not in each.specifier
    ]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("lock", [OF_RUNTIME, OF_DEVELOPMENT], ids=lambda path: path.stem)
def test_what_a_package_requires_is_locked(project: Path, lock: Path):
    extras = ("embedded", "demo") if project.parent.name == "server" else ()

    assert missing(declared(project, *extras), lock) == [], STALE


def test_what_the_deployed_server_requires_is_locked():
    assert missing(declared(ROOT / "server" / "pyproject.toml", "deploy"), OF_SERVER) == [], STALE


@pytest.mark.parametrize("name", [file.stem for file in FOLDER.glob("*.in")])
def test_what_only_development_needs_is_locked(name: str):
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    named = [Requirement(line) for line in lines if line and not line.startswith(("#", "wfhagent"))]
    lock = FOLDER / f"{name}.txt"

    assert missing(named, lock if lock.exists() else OF_DEVELOPMENT) == [], STALE


@pytest.mark.parametrize("lock", [OF_RUNTIME, OF_SERVER], ids=lambda path: path.stem)
def test_development_has_the_same_packages_as_what_runs(lock: Path):
    """Installed one over the other, neither changes what the other installed."""
    everything = locked(OF_DEVELOPMENT)

    differing = [name for name, entry in locked(lock).items() if everything.get(name) != entry]

    assert differing == [], STALE


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_has_hashes_and_names_no_registry(lock: Path):
    assert all(hashes for _, hashes in locked(lock).values())
    assert "://" not in lock.read_text()
