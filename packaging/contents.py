"""What goes into the compiled program, read off the distributions that it is made of."""

import importlib.metadata
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent

LEFT_OUT_DISTRIBUTIONS = frozenset({"rich"})
"""typer asks for it and does without: see TYPER_USE_RICH."""

LEFT_OUT = {
    # The command line of httpx.
    "httpx._main",
    # Image formats that screenshots do not use: 5 MB.
    "PIL.AvifImagePlugin",
    "PIL._avif",
    # They need Tk and Qt.
    "PIL.ImageTk",
    "PIL._tkinter_finder",
    "PIL._imagingtk",
    "PIL.ImageQt",
    # It needs pytest.
    "platformdirs.pytest_plugin",
    # Tests, and what only makes sense next to an installed Python.
    "*.tests",
    "*.test",
    "tkinter",
    "turtle",
    "turtledemo",
    "idlelib",
    "lib2to3",
    "ensurepip",
    "venv",
    "pydoc",
    "pydoc_data",
    "test",
}
"""Modules that stay outside, though something that goes in imports them."""


SOURCES_READ = ("anyio", "anyio.abc")
"""Packages that look into their own source, to import their parts late: 2 MB of a waiting agent."""


def first_party() -> dict[str, str]:
    """Return the packages of plugins/*, by the plugin's name."""
    found: dict[str, str] = {}
    for file in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        found |= project.get("entry-points", {}).get("wfhagent", {})
    return found


def distributions() -> list[str]:
    """Return agent, first-party plugins and all they need on this system, by distribution."""
    ours = [ROOT / "pyproject.toml", *ROOT.glob("plugins/*/pyproject.toml")]
    waiting = [
        str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"]) for file in ours
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name not in LEFT_OUT_DISTRIBUTIONS:
            found.add(importlib.metadata.metadata(name)["Name"])
            waiting += needed(name)
    return sorted(found)


def needed(distribution: str) -> Iterator[str]:
    """Yield what *distribution* says it needs on this system, by canonical name."""
    for line in importlib.metadata.requires(distribution) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _canonical(requirement.name)


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def third_party() -> list[str]:
    """Return the top-level modules of everything that is needed and not ours."""
    return sorted(_modules(needed=True))


def not_needed() -> list[str]:
    """Return the other installed top-level modules: none of them may slip in."""
    return sorted({*_modules(needed=False), "wfhserver"})


def _modules(*, needed: bool) -> Iterator[str]:
    """Yield the top-level modules of the distributions that are needed, or of those that are not.

    Editable installs own no modules; ours are named by those who call this.
    """
    names = {_canonical(name) for name in distributions()}
    for module, owners in importlib.metadata.packages_distributions().items():
        is_needed = bool(names & {_canonical(owner) for owner in owners})
        if is_needed == needed and not module.startswith(("wfhagent", "__")):
            yield module
