"""`plugin check --for` finds imports that another system does not have, without running there."""

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.drop_ins import collector, drop
from tests.plugin_tools.checking import check

from wfhagent.plugin_tools.imports import lacking_on
from wfhagent.plugin_tools.reachable_imports import reachable_imports
from wfhagent.plugin_tools.targets import For, targets

OTHER = "linux" if sys.platform == "win32" else "windows"
"""A system that is not this one."""


def plugin_with(folder: Path, **code: str) -> Path:
    return drop(folder, "gauge/__init__.py", collector("gauge", **code)).parent


def found_for(plugin: Path, *systems: str) -> tuple[int, dict[str, Any]]:
    options = [option for system in systems for option in ("--for", system)]
    done = check(plugin, "--json", *options)
    return done.returncode, json.loads(done.stdout)


def test_a_plugin_that_imports_what_every_system_has_is_for_all_of_them(tmp_path: Path):
    plugin = plugin_with(tmp_path, at_import="import json, psutil")

    code, found = found_for(plugin, "windows", "macos", "linux", "linux-arm64")
    shown = check(plugin, "--for", "windows", "--for", "macos").stdout

    assert (code, found["problems"]) == (0, [])
    assert found["systems"] == ["windows", "macos", "linux", "linux-arm64"]
    assert "Its imports are there on: windows, macos" in shown


def test_a_module_of_other_systems_is_named_with_its_line(tmp_path: Path):
    module, systems = ("winreg", ["macos"]) if OTHER == "linux" else ("fcntl", ["windows"])
    plugin = plugin_with(tmp_path, at_import=f"import {module}")

    code, found = found_for(plugin, *systems)

    assert code == 1
    (problem,) = found["problems"]
    assert problem.startswith(f"On {systems[0]} the agent refuses it: gauge/__init__.py:2 imports")
    assert found["systems"] == []


def test_an_import_within_a_function_is_a_note(tmp_path: Path):
    module = "fcntl" if OTHER == "windows" else "winreg"
    plugin = plugin_with(tmp_path, body=f"import {module}")

    code, found = found_for(plugin, OTHER)

    assert code == 0
    (note,) = (each for each in found["notes"] if module in each)
    assert note.startswith(f"On {OTHER} this call fails: gauge/__init__.py:")
    assert f"imports {module}, which is not there" in note


def test_a_plugin_for_another_system_is_no_mistake_here(tmp_path: Path):
    module = "fcntl" if OTHER == "linux" else "winreg"
    plugin = plugin_with(tmp_path, at_import=f"import {module}")

    alone, without = found_for(plugin)
    code, found = found_for(plugin, OTHER)

    assert alone == 1
    assert (code, found["problems"], found["systems"]) == (0, [], [OTHER])
    assert f"On this system: {without['problems'][0]}" in found["notes"]


def test_packages_that_were_vendored_for_other_systems_are_missing(tmp_path: Path):
    plugin = plugin_with(tmp_path, body="import numeric")
    drop(plugin, "_vendor/linux-x86_64-cp311/numeric/__init__.py", "")

    _code, found = found_for(plugin, "linux", "windows")

    (problem,) = found["problems"]
    assert problem.startswith("On windows it lacks numeric: _vendor has it for other systems.")
    assert "`wfhagent plugin vendor gauge --for windows`" in problem


REACHED: list[tuple[str, set[str]]] = [
    ("import sys\nif sys.platform == 'win32':\n import winreg\nelse:\n import fcntl", {"winreg"}),
    ("if sys.platform != 'win32':\n import fcntl", set()),
    ("if sys.platform.startswith('linux'):\n import fcntl", set()),
    ("if sys.platform in ('linux', 'darwin'):\n import fcntl", set()),
    ("if sys.platform not in ('linux', 'darwin'):\n import winreg", {"winreg"}),
    ("if os.name == 'posix' and x:\n import fcntl", set()),
    ("if not os.name == 'nt' or x:\n import fcntl", {"fcntl"}),
    ("if platform.system() == 'Windows':\n import winreg", {"winreg"}),
    ("if x:\n import a\nelif sys.platform == 'linux':\n import b\nelse:\n import c", {"a", "c"}),
    ("try:\n import fcntl\nexcept ImportError:\n fcntl = None", set()),
    ("try:\n import fcntl\nexcept (ValueError, ModuleNotFoundError):\n pass", set()),
    ("try:\n import fcntl\nexcept ValueError:\n pass\nelse:\n import a", {"fcntl", "a"}),
    ("with contextlib.suppress(ImportError):\n import fcntl", set()),
    ("with open('x'):\n import fcntl", {"fcntl"}),
    ("if TYPE_CHECKING:\n import fcntl", set()),
    ("def f():\n if sys.platform != 'win32':\n  return\n import winreg", {"winreg"}),
    ("def f():\n if sys.platform == 'win32':\n  return\n import fcntl", set()),
    ("class A:\n def f(self):\n  for _ in x:\n   import fcntl", {"fcntl"}),
    ("from . import fcntl\nfrom winreg import HKEY", {"winreg"}),
    ("match x:\n case 1:\n  import a", {"a"}),
    ("if sys.platform == name:\n import a", {"a"}),
]


@pytest.mark.parametrize(("source", "modules"), REACHED)
def test_what_windows_reaches_is_found(source: str, modules: set[str]):
    (windows,) = targets([For.WINDOWS], "3.12")

    found = {each.module for each in reachable_imports(ast.parse(source), windows.markers)}

    assert found - {"sys"} == modules


def test_each_system_lacks_the_modules_of_the_others():
    assert {"fcntl", "jeepney"} <= lacking_on("win32")
    assert "winreg" not in lacking_on("win32")
    assert {"winreg", "jeepney"} <= lacking_on("darwin")
    assert "fcntl" not in lacking_on("darwin")
    assert lacking_on("linux") == {"msvcrt", "winreg", "winsound"}
