"""What a plugin imports that the compiled agent does not promise to have."""

import ast
from collections.abc import Iterator
from pathlib import Path

from wfhagent.system.probe import is_file

_NOT_THE_PLUGIN = frozenset({"tests", "build", "dist"})
_TESTS = ("test_", "conftest")
PROMISED = Path(__file__).with_name("promised.txt")


def unpromised(path: Path) -> list[str]:
    """Return the modules, by name, that the plugin at *path* imports and promised.txt lacks."""
    known = set(promised())
    return sorted(
        {
            name
            for file in _sources(path)
            for name in _imported(file)
            if not any(_is_part(name, of) or _is_part(of, name) for of in known)
        }
    )


def promised() -> Iterator[str]:
    """Yield the modules and packages that every agent has on some system."""
    for line in PROMISED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            # A marker behind it says on which systems.
            yield line.partition(";")[0].strip()


def _is_part(name: str, of: str) -> bool:
    return name == of or name.startswith(f"{of}.")


def _sources(path: Path) -> Iterator[Path]:
    """Yield what runs in the agent: not the plugin's tests."""
    if is_file(path):
        yield path
        return
    for file in path.rglob("*.py"):
        folders = set(file.relative_to(path).parts[:-1])
        hidden = any(name.startswith(".") for name in folders)
        if not (hidden or folders & _NOT_THE_PLUGIN or file.name.startswith(_TESTS)):
            yield file


def _imported(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        # The agent says it, and better.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
