"""Runs the tools that make a repository, and copies packages into it."""

import filecmp
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

NAME = "wfhagent"
"""The one package of the repository, and the name of its files."""
ORIGIN = NAME
SUITE = "stable"


class RepositoryError(Exception):
    """A repository cannot be made; says what happened, where, and what to do."""


def run(command: Sequence[object], folder: Path | None = None) -> str:
    """Run *command* in *folder* and return what it prints.

    Raises:
        RepositoryError: it fails; with what it wrote.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RepositoryError(f"{words[0]} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def require_tools(tools: dict[str, str]) -> None:
    """Raise RepositoryError unless each of *tools*, by the package that has it, is installed."""
    missing = sorted({package for tool, package in tools.items() if not shutil.which(tool)})
    if missing:
        raise RepositoryError(
            f"tools are missing; install them: apt-get install {' '.join(missing)}"
        )


def is_same_file(one: Path, other: Path) -> bool:
    """Return whether both have the same bytes."""
    return filecmp.cmp(one, other, shallow=False)


def add_package(
    package: Path, target: Path, *, is_same: Callable[[Path, Path], bool] = is_same_file
) -> bool:
    """Copy *package* to *target*; return whether it is new there.

    Raises:
        RepositoryError: another package was published under that name before.
    """
    if target.exists():
        if is_same(package, target):
            return False
        raise RepositoryError(
            f"{target} was published with other contents than {package}. "
            "A published version never changes: build a new version."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(package, target)
    target.chmod(0o644)
    return True


def require_name(package: Path, name: str) -> None:
    """Raise RepositoryError unless the package in the file *package* is ours, by its *name*."""
    if name != NAME:
        raise RepositoryError(
            f"{package} is the package {name}, and this repository is for {NAME} only. "
            "Remove the file from the folder."
        )
