"""Code of a drop-in that its hash does not cover never runs: no bytecode, no swapped file."""

import os
import py_compile
import shutil
import subprocess
import sys
from importlib.util import cache_from_source, find_spec
from pathlib import Path

import pytest
from tests.collect.conftest import SETTINGS
from tests.drop_ins import collector, drop
from tests.linux_only import linux_only, not_windows

from wfhagent.assembly import assemble
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.runner import CollectorRunner
from wfhagent.plugin import Occasion
from wfhagent.plugins.dropin import load_drop_in
from wfhagent.plugins.tree import read_tree
from wfhagent.testing import StaticClock

AS_USER = Path(__file__).parents[1] / "as_user.py"
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH


class Laptop:
    """A laptop whose IT has named the hash of one drop-in, `battery`."""

    def __init__(self, folder: Path) -> None:
        self.plugins = folder / "plugins"
        self.battery = self.plugins / "battery"
        self.trace = folder / "evil-ran"
        self.evil = f"open({str(self.trace)!r}, 'w').close()\nX = 1\n"
        self._file = folder / "agent.toml"
        self._data = folder / "data"

    def plant(self, source: Path, target: Path | None = None) -> None:
        """Compile evil code as the bytecode of *source*, which is never compared with it."""
        evil = source.parent.parent / "evil.py"
        evil.write_text(self.evil)
        compiled = Path(cache_from_source(str(source))) if target is None else target
        compiled.parent.mkdir(mode=0o755, exist_ok=True)
        py_compile.compile(
            str(evil), str(compiled), str(source), doraise=True, invalidation_mode=UNCHECKED
        )
        evil.unlink()

    def collect(self, name: str = "battery") -> CollectedFacts:
        """Start an agent that trusts the current code, and collect once in real child processes."""
        digest = read_tree(self.plugins / name).digest
        self._file.write_text(
            SETTINGS.format(data=self._data, plugins=self.plugins)
            + f'[plugins.trusted]\n"{name}" = "{digest}"\n'
        )
        runner = CollectorRunner(assemble(self._file, {}), clock=StaticClock(), token=lambda: "")
        facts = runner.run(Occasion.HEARTBEAT)
        assert not self.trace.exists()
        return facts

    def collects(self, name: str = "battery") -> bool:
        """Tell whether the drop-in returned its fact."""
        facts = self.collect(name)
        return facts.extra.get("battery") == {"percent": 80}


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    # As on a laptop, where Python may write bytecode.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return Laptop(tmp_path)


def test_planted_bytecode_of_a_single_file_never_runs(laptop: Laptop):
    file = drop(laptop.plugins, "battery.py", collector())
    laptop.plant(file)
    (laptop.plugins / "__pycache__").chmod(0o777)

    assert laptop.collects("battery.py")


@pytest.mark.parametrize("when", ["at_import", "body"])
@pytest.mark.parametrize(
    "imports",
    [
        "from . import parts",
        "from .deep.nested import parts",
        "import os, sys; sys.path.insert(0, os.path.dirname(__file__)); import parts",
        (
            "import os, importlib.util as u; f = os.path.dirname(__file__) + '/parts.py'; "
            "s = u.spec_from_file_location('p', f); "
            "s.loader.exec_module(u.module_from_spec(s))"
        ),
        "import os, runpy; runpy.run_path(os.path.dirname(__file__) + '/parts.py')",
    ],
    ids=["package", "namespace", "search_path", "by_path", "run_path"],
)
def test_planted_bytecode_of_a_part_never_runs(laptop: Laptop, when: str, imports: str):
    drop(laptop.battery, "__init__.py", collector(**{when: imports}))
    for name in ("parts.py", "deep/nested/parts.py"):
        laptop.plant(drop(laptop.battery, name, "X = 2\n"))
    laptop.plant(laptop.battery / "__init__.py")

    assert laptop.collects()


def test_bytecode_without_source_is_no_module(laptop: Laptop):
    drop(laptop.battery, "__init__.py", collector(body="from .parts import X"))
    laptop.plant(laptop.battery / "parts.py", laptop.battery / "parts.pyc")

    assert "No module named" in laptop.collect().failures["battery"]


def test_running_a_drop_in_writes_no_bytecode(laptop: Laptop):
    drop(laptop.battery, "__init__.py", collector(body="from . import parts"))
    drop(laptop.battery, "parts.py", "X = 2\n")

    assert laptop.collects()
    assert not list(laptop.plugins.rglob("*.pyc"))


@pytest.mark.parametrize("when", ["at_import", "body"])
def test_a_part_that_is_swapped_after_it_was_hashed_never_runs(laptop: Laptop, when: str):
    part = laptop.battery / "parts.py"
    swaps = f"open({str(part)!r}, 'w').write({laptop.evil!r}); from . import parts"
    drop(laptop.battery, "__init__.py", collector(**{when: swaps}))
    drop(laptop.battery, "parts.py", "X = 2\n")

    assert not laptop.collects()


@pytest.mark.parametrize("name", ["added.py", "__pycache__/added.py"])
def test_a_part_that_is_added_after_the_hash_was_taken_never_runs(laptop: Laptop, name: str):
    module = name.removesuffix(".py").replace("/", ".")
    file = laptop.battery / name
    file.parent.mkdir(parents=True)
    adds = f"open({str(file)!r}, 'w').write({laptop.evil!r}); from .{module} import X"
    drop(laptop.battery, "__init__.py", collector(body=adds))

    assert "is not covered by the hash" in laptop.collect().failures["battery"]


def test_a_single_file_imports_no_file_that_nobody_has_hashed(laptop: Laptop):
    helper = "import os, sys; sys.path.insert(0, os.path.dirname(__file__)); import _helper"
    drop(laptop.plugins, "battery.py", collector(body=helper))
    drop(laptop.plugins, "_helper.py", laptop.evil)

    assert (
        "_helper.py: is not covered by the hash"
        in (laptop.collect("battery.py").failures["battery"])
    )


def _extension(laptop: Laptop) -> Path:
    """Copy a real extension module into the drop-in."""
    found = find_spec("markupsafe._speedups")
    assert found is not None
    assert found.origin is not None
    target = laptop.battery / Path(found.origin).name
    target.parent.mkdir(parents=True)
    shutil.copyfile(found.origin, target)
    target.chmod(0o644)
    return target


def test_an_extension_module_of_the_tree_works(laptop: Laptop):
    _extension(laptop)
    uses = (
        "from . import _speedups; assert _speedups._escape_inner('<') == '&lt;'; "
        f"assert _speedups.__file__.startswith({str(laptop.battery)!r})"
    )
    drop(laptop.battery, "__init__.py", collector(body=uses))

    assert laptop.collects()


@linux_only("the list of loaded libraries; Windows loads no copy, for it could not remove it")
def test_an_extension_module_that_its_owner_could_swap_is_loaded_from_a_private_copy(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    file = _extension(laptop)
    drop(laptop.battery, "__init__.py", "from . import _speedups\n")
    monkeypatch.setattr("wfhagent.plugins.verified.only_root_writes", lambda _path: False)

    module = load_drop_in("swappable", read_tree(laptop.battery))

    assert module._speedups._escape_inner("<") == "&lt;"
    assert module._speedups.__file__ == str(file)
    assert str(file) not in Path("/proc/self/maps").read_text()


def test_an_extension_module_that_is_swapped_after_it_was_hashed_is_not_loaded(laptop: Laptop):
    file = _extension(laptop)
    swaps = f"open({str(file)!r}, 'ab').write(b'x'); from . import _speedups"
    drop(laptop.battery, "__init__.py", collector(body=swaps))

    assert "is not covered by the hash" in laptop.collect().failures["battery"]


@not_windows("its pipes are in no folder")
def test_what_is_neither_file_nor_folder_is_refused_and_not_opened(laptop: Laptop):
    drop(laptop.battery, "__init__.py", collector())
    digest_before = read_tree(laptop.battery).digest
    os.mkfifo(laptop.battery / "pipe", 0o600)
    file = laptop.plugins.parent / "agent.toml"
    trusted = f'[plugins.trusted]\n"battery" = "{digest_before}"\n'
    file.write_text(SETTINGS.format(data=laptop.plugins.parent, plugins=laptop.plugins) + trusted)

    (problem,) = assemble(file, {}).unused().values()

    assert "is neither a file nor a folder" in problem


TRANSPORT = """
from wfhagent.plugin import Config, Delivery, Transport, hookimpl

class Pigeon(Transport[Config]):
    name = "pigeon"

    def send(self, parcel):
        from .parts import X
        open({flew!r}, "w").write(str(X))
        return Delivery(status=None, detail="on its way")

@hookimpl
def register_transports():
    return [Pigeon]
"""


def test_planted_bytecode_of_a_transport_never_runs_in_the_agent_itself(laptop: Laptop):
    flew = laptop.plugins.parent / "flew"
    folder = laptop.plugins / "pigeon"
    for name, source in {
        "__init__.py": TRANSPORT.format(flew=str(flew)),
        "parts.py": "X = 2\n",
    }.items():
        laptop.plant(drop(folder, name, source))
    file = laptop.plugins.parent / "agent.toml"
    settings = SETTINGS.format(data=laptop.plugins.parent / "data", plugins=laptop.plugins)
    file.write_text(settings.replace("[agent]", '[agent]\ntransport = "pigeon"'))
    agents = laptop.plugins.parent / "agents"

    subprocess.run(
        [sys.executable, AS_USER, agents, "doctor", "--config", file],
        check=False,
        capture_output=True,
    )

    assert flew.read_text() == "2"
    assert not laptop.trace.exists()
