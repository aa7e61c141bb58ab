"""A rename that a virus scanner blocks is retried, and no other code renames files."""

import ast
from pathlib import Path

import pytest

from wfhagent.system.replace_file import replace

ROOT = Path(__file__).parents[1]
WAITS = (0.1, 0.2)
HELPER = "src/wfhagent/system/replace_file.py"
FILE_PLUGIN = "plugins/file/src/wfhagent_file/__init__.py"
"""Imports nothing of the agent but wfhagent.plugin; what it cannot write is delivered again."""


class Disk:
    """Refuses the first renames with the given errors of Windows."""

    def __init__(self, *errors: int) -> None:
        self.errors = list(errors)
        self.renamed: list[tuple[object, object]] = []
        self.waited: list[float] = []

    def rename(self, source: object, target: object) -> None:
        if self.errors:
            error = PermissionError(13, "Permission denied", str(source))
            error.winerror = self.errors.pop(0)  # type: ignore[attr-defined, unused-ignore]
            raise error
        self.renamed.append((source, target))


def rename(disk: Disk) -> None:
    replace("new", "old", waits=WAITS, rename=disk.rename, pause=disk.waited.append)


@pytest.mark.parametrize("errors", [(), (32,), (5, 33)])
def test_a_file_in_use_is_waited_for(errors: tuple[int, ...]):
    disk = Disk(*errors)

    rename(disk)

    assert disk.renamed == [("new", "old")]
    assert disk.waited == list(WAITS[: len(errors)])


def test_one_that_stays_in_use_is_an_error_in_the_end():
    disk = Disk(32, 32, 32)

    with pytest.raises(PermissionError):
        rename(disk)
    assert disk.waited == list(WAITS)


def test_what_no_wait_changes_is_an_error_at_once():
    disk = Disk(2)

    with pytest.raises(PermissionError):
        rename(disk)
    assert disk.waited == []


def _renames(file: Path) -> bool:
    """Tell whether *file* renames by itself: os.replace, Path.replace with its one argument."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {
            *("os.replace", "os.rename", "os.renames", "shutil.move"),
        }:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            alone = len(node.args) == 1 and not node.keywords
            if alone and node.func.attr in {"replace", "rename"}:
                return True
    return False


def test_every_rename_of_the_agent_goes_through_the_helper():
    files = [*(ROOT / "src").rglob("*.py"), *ROOT.glob("plugins/*/src/**/*.py")]

    found = {file.relative_to(ROOT).as_posix() for file in files if _renames(file)}

    assert found == {HELPER, FILE_PLUGIN}
