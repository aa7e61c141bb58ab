"""A drop-in imports all modules of promised.txt in the real compiled program."""

import importlib.util
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

PACKAGING = Path(__file__).parents[3] / "packaging"
sys.path.insert(0, str(PACKAGING))

from contents import LEFT_OUT, ROOT  # noqa: E402
from promised import promised  # noqa: E402

PROGRAM = ROOT / "build/standalone/wfhagent/wfhagent"

# Their import runs code that prints.
PROGRAMS = ("__main__", "report")

DROP_IN = """\
import importlib, json, sys
from pathlib import Path

from wfhagent.plugin import hookimpl

wanted = json.loads(Path(__file__).with_name("wanted.json").read_text())
missing = {}
for name in wanted:
    try:
        importlib.import_module(name)
    except BaseException as error:
        missing[name] = repr(error)
Path(__file__).with_name("missing.json").write_text(json.dumps(missing))

@hookimpl
def register_collectors():
    return []
"""


def everything_promised() -> Iterator[str]:
    """The promised names, and every public module of the promised packages as it is here."""
    for name in promised():
        yield name
        spec = importlib.util.find_spec(name)
        assert spec is not None, f"{name} is promised and not installed"
        if spec.submodule_search_locations is not None:
            yield from _modules(name, list(spec.submodule_search_locations))


def _modules(package: str, places: list[str]) -> Iterator[str]:
    for found in pkgutil.walk_packages(places, f"{package}.", onerror=lambda name: None):
        parts = found.name.split(".")
        left_out = {"test", "tests"} & set(parts) or found.name in LEFT_OUT
        if not left_out and parts[-1] not in PROGRAMS:
            yield found.name


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    assert PROGRAM.exists(), f"there is no {PROGRAM}: run `make binary` first"
    folder = tmp_path / "plugins"
    folder.mkdir()
    (tmp_path / "agent.toml").write_text(
        f'[server]\nurl = "https://127.0.0.1:9"\nauth_token = "x"\n'
        f'[agent]\ndata_directory = "{tmp_path}"\n[plugins]\ndirectory = "{folder}"\n'
    )
    return folder


def say_plugins(config: Path, program: Sequence[str] = (str(PROGRAM),)) -> dict[str, Any]:
    """The program's report on each plugin, without a Python on its PATH."""
    done = subprocess.run(
        [*program, "plugins", "--json", "--config", str(config)],
        env={"PATH": "/nonexistent", "HOME": str(config.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def test_a_drop_in_imports_everything_that_is_promised(plugins: Path):
    """Modules that Python cannot import on this system either are not required."""
    wanted = sorted(set(everything_promised()))
    folder = plugins / "greedy"
    folder.mkdir()
    (folder / "__init__.py").write_text(DROP_IN)
    (folder / "wanted.json").write_text(json.dumps(wanted))
    config, missing = plugins.parent / "agent.toml", folder / "missing.json"

    source = say_plugins(config, [sys.executable, "-m", "wfhagent"])["greedy"]
    missing_in_source = json.loads(missing.read_text())
    missing.unlink()
    compiled = say_plugins(config)["greedy"]

    assert (source["problem"], compiled["problem"]) == ("", "")
    assert not set(missing_in_source) & set(promised())
    assert json.loads(missing.read_text()).keys() <= missing_in_source.keys()


def test_a_drop_in_brings_its_own_package_and_a_c_extension(plugins: Path):
    """As `pip install --target` leaves them in the plugin's folder."""
    folder = plugins / "equipped"
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "__init__.py").write_text("WORD = 'own'\n")
    here = importlib.util.find_spec("maxminddb.extension") or importlib.util.find_spec("_bisect")
    assert here is not None
    assert here.origin is not None
    suffix = "".join(Path(here.origin).suffixes)
    (folder / f"{here.name.rpartition('.')[2]}{suffix}").write_bytes(Path(here.origin).read_bytes())
    module = here.name.rpartition(".")[2]
    (folder / "__init__.py").write_text(
        f"from wfhagent.plugin import hookimpl\nfrom .own import WORD\nfrom . import {module}\n"
        f"assert WORD == 'own' and {module}.__file__.startswith({str(folder)!r})\n"
        "@hookimpl\ndef register_collectors():\n    return []\n"
    )

    assert say_plugins(plugins.parent / "agent.toml")["equipped"]["problem"] == ""


def test_what_is_not_needed_has_not_slipped_in():
    names = {path.name for path in PROGRAM.parent.rglob("*")}

    assert not [name for name in names if "zstandard" in name or "brotli.so" in name]
    assert not names & {"rich", "pygments", "cryptography", "libavif", "_avif.so", "_tkinter.so"}
