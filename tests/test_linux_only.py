"""Each test file with Linux-only imports is in the table that skips it on other systems."""

import ast
from functools import cache
from pathlib import Path

from tests.linux_only import LINUX_ONLY, ROOT
from tests.wine import TOO_LONG

NOT_ON_WINDOWS = {"fcntl", "grp", "jeepney", "pwd", "resource", "wfhserver"}
OURS = ("plugins", "tests", "wfhagent")
FOLDERS = (ROOT, ROOT / "src", *ROOT.glob("plugins/*/src"))


def test_each_such_file_is_in_the_table():
    files = [
        file
        for folder in (ROOT / "tests", *ROOT.glob("plugins/*/tests"))
        for file in folder.rglob("test_*.py")
    ]

    missing = {
        file.relative_to(ROOT).as_posix(): sorted(found)
        for file in files
        if (found := needed(file) & NOT_ON_WINDOWS) and not is_listed(file)
    }

    assert missing == {}


def test_the_tables_name_what_exists():
    assert [name for name in {**LINUX_ONLY, **TOO_LONG} if not (ROOT / name).exists()] == []


def is_listed(file: Path) -> bool:
    name = file.relative_to(ROOT)
    return any(one.as_posix() in LINUX_ONLY for one in (name, *name.parents))


@cache
def needed(file: Path) -> frozenset[str]:
    """Return the top-level packages that importing *file* imports, through our own modules too."""
    found: set[str] = set()
    waiting, seen = [file], {file}
    while waiting:
        for name in imported(waiting.pop()):
            found.add(name.partition(".")[0])
            source = source_of(name) if name.startswith(OURS) else None
            if source is not None and source not in seen:
                seen.add(source)
                waiting.append(source)
    return frozenset(found)


@cache
def imported(file: Path) -> frozenset[str]:
    """Return the modules that the statements at the top of *file* import on every system."""
    names: set[str] = set()
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import):
            names.update(one.name for one in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            names.add(statement.module)
            names.update(f"{statement.module}.{one.name}" for one in statement.names)
    return frozenset(names)


@cache
def source_of(name: str) -> Path | None:
    """Return the file of one of our modules; None for a name that is no module."""
    place = name.replace(".", "/")
    for folder in FOLDERS:
        for file in (folder / f"{place}.py", folder / place / "__init__.py"):
            if file.exists():
                return file
    return None
