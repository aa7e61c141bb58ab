"""The contents of the compiled program come from the project, not from a list."""

import ast
import runpy
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a file of packaging/ and returns its names."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))

    def names(file: str) -> dict[str, Any]:
        return runpy.run_path(str(ROOT / "packaging" / file))

    return names


def test_every_folder_of_plugins_is_built_in(script: Any):
    text = script("build_binary.py")["composition"]()

    folders = {path.name for path in ROOT.glob("plugins/*") if (path / "pyproject.toml").is_file()}
    names: dict[str, Any] = {}
    exec(text, names)
    assert set(names["PACKAGES"]) == folders


def test_every_promise_can_be_kept_here(script: Any):
    options = script("build_binary.py")["included"]()

    assert "--include-package=httpx" in options
    assert "--include-package=wfhagent.plugin" in options
    assert not any(option.endswith("=winreg") for option in options) or sys.platform == "win32"


def test_the_keyring_of_windows_goes_in_though_nothing_imports_it_by_name(
    script: Any, monkeypatch: pytest.MonkeyPatch
):
    included = script("build_binary.py")["included"]
    monkeypatch.setitem(included.__globals__, "_inclusion", lambda name: [name])
    monkeypatch.setitem(included.__globals__, "distributions", list)
    monkeypatch.setattr(sys, "platform", "win32")

    assert {"keyring.backends.Windows", "win32ctypes.core.ctypes"} <= set(included())


def test_what_only_the_server_and_the_tests_need_stays_outside(script: Any):
    contents = script("contents.py")

    assert {"httpx", "msgspec", "pillow", "truststore"} <= set(contents["distributions"]())
    assert {"fastapi", "pytest", "rich", "wfhserver"} <= set(contents["not_needed"]())
    assert not set(contents["third_party"]()) & set(contents["not_needed"]())


SOURCE = '''\
"""Of the
module, with ä."""
class C:
    """Of the class."""  # A comment.
    def f(self): "short"; return "short"
    async def g(self):
        """Of a
        method."""
        return 'no """docstring"""'
x = "no docstring"
'''


def test_docstrings_go_and_every_line_stays(script: Any):
    short = script("docstrings.py")["without_docstrings"](SOURCE)

    before, after = (
        [
            (type(node).__name__, node.lineno)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.stmt)
        ]
        for text in (SOURCE, short)
    )
    assert before == after
    names: dict[str, Any] = {}
    exec(short, names)
    assert {names["__doc__"], names["C"].__doc__, names["C"].g.__doc__} == {"."}
    assert names["C"]().f() == "short"
    assert "# A comment." in short


def test_packages_of_ours_whose_docstrings_go_are_there(script: Any):
    for name in script("docstrings.py")["UNREAD"]:
        assert (ROOT / "src" / name.replace(".", "/") / "__init__.py").is_file(), name


def test_of_the_machine_that_built_it_the_program_knows_what_is_asked_at_run_time(script: Any):
    source = """# system configuration generated
build_time_vars = {'CC': 'gcc -pthread',
 'TZPATH': '/usr/share/zoneinfo',
 'prefix': '/home/builder/python'}
"""
    names: dict[str, Any] = {}

    exec(script("build_machine.py")["without_build_machine"](source), names)

    assert names["build_time_vars"] == {"TZPATH": "/usr/share/zoneinfo"}


def test_sysconfigs_data_of_this_python_has_variables_to_keep(script: Any):
    if sys.platform == "win32":
        pytest.skip("Windows has no such data")
    (file,) = Path(sysconfig.get_path("stdlib")).glob("_sysconfigdata_*.py")

    names: dict[str, Any] = {}
    exec(script("build_machine.py")["without_build_machine"](file.read_text()), names)

    assert names["build_time_vars"]["EXT_SUFFIX"] == sysconfig.get_config_var("EXT_SUFFIX")
    assert len(names["build_time_vars"]) < 20
