"""Third-party plugins are imported in a separate process: they may do anything at import."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.drop_ins import ABORTED, CRASHED, SHORT_LIMIT_SECONDS, collector, drop, ends
from tests.modes import has_mode, of_modes
from tests.third_party import WAYS, provide
from tests.wine import memory_limits

from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.examiner import MOST_ATTEMPTS, Examiner
from wfhagent.plugins.first_party import FIRST_PARTY
from wfhagent.system.paths import program


class Laptop:
    """A folder of drop-ins, and the cache of what was found in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "plugins"
        self.trace = folder / "imported"
        self.verdicts = folder / "data" / "drop-ins.json"
        self.tables: dict[str, dict[str, Any]] = {}
        self.folder.mkdir(mode=0o755)

    def start(self, *, afresh: bool = False) -> Catalog:
        """Examine the plugins as the agent does at its start."""
        examiner = Examiner(
            program=program(),
            verdicts=self.verdicts,
            tables=self.tables,
            config_file=self.folder.parent / "agent.toml",
            afresh=afresh,
        )
        catalog = Catalog(disabled=sorted(FIRST_PARTY))
        catalog.add_installed()
        catalog.add_drop_ins(self.folder, {})
        catalog.examine(examiner.examine)
        return catalog

    def imported(self) -> int:
        """Return how often a drop-in with `self.leaves_a_trace` was imported."""
        return len(self.trace.read_text()) if self.trace.exists() else 0

    @property
    def leaves_a_trace(self) -> str:
        return f"open({str(self.trace)!r}, 'a').write('.')"


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def problems(catalog: Catalog) -> dict[str, str]:
    """Return why each plugin is not used that somebody wants."""
    return {one.name: one.problem for one in catalog.entries if one.problem and not one.unwanted}


WRITES_EVERYWHERE = """
import os
for number in range(3, 20):
    try:
        os.write(number, b"x" * 99)
    except OSError:
        pass
"""
HOSTILE = {
    "aborts": ("import os; os.abort()", ABORTED),
    "exits": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "exits_hard": ("import os; os._exit(0)", "ended with 0 before it answered"),
    "leaks": ("bag = bytearray(10**9)", "MemoryError"),
    "leaks_slowly": ("bag = [bytearray(10**6) for _ in range(1000)]", "MemoryError"),
    "crashes": ("import ctypes; ctypes.string_at(0)", CRASHED),
    "answers_itself": (f"exec({WRITES_EVERYWHERE!r})", "is not of this protocol"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", ["at_import", "at_registration"])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=memory_limits if reason == "MemoryError" else ())
        for name, (_, reason) in HOSTILE.items()
    ],
)
def test_a_hostile_plugin_is_refused_with_its_reason_and_the_others_work(
    laptop: Laptop, name: str, place: str, way: str, monkeypatch: pytest.MonkeyPatch
):
    source, reason = HOSTILE[name]
    add = provide(way, laptop.folder.parent, monkeypatch)
    add(name, collector(name, **{place: source}))
    add("other", collector("other"))

    catalog = laptop.start()

    assert reason in problems(catalog)[name]
    assert list(catalog.collectors) == ["other"]


def test_one_that_never_ends_is_killed_with_all_that_it_started(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    started = laptop.folder.parent / "started"
    forks = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(started)!r}, 'w').write(str(child.pid))\n"
        "while True: pass"
    )
    monkeypatch.setattr("wfhagent.plugins.examiner.LIMIT_SECONDS", SHORT_LIMIT_SECONDS)
    drop(laptop.folder, "loops.py", collector("loops", at_import=forks))

    catalog = laptop.start()

    late = f"cannot be imported: gave nothing within {SHORT_LIMIT_SECONDS} s"
    assert late in problems(catalog)["loops"]
    assert ends(int(started.read_text()))


def test_this_process_is_as_it_was(laptop: Laptop, capfd: pytest.CaptureFixture[str]):
    changes = "import os; os.chdir('/'); os.environ.clear(); print('x' * 1_000_000); input()"
    drop(laptop.folder, "changes.py", collector("changes", at_import=changes))
    before = (Path.cwd(), dict(os.environ), os.umask(0o022))

    laptop.start()

    assert (Path.cwd(), dict(os.environ), os.umask(before[2])) == (before[0], before[1], 0o022)
    assert capfd.readouterr().out == ""


def test_what_was_learned_is_remembered_until_the_drop_in_changes(laptop: Laptop):
    drop(laptop.folder, "battery.py", collector(at_import=laptop.leaves_a_trace))
    for _ in range(3):
        assert list(laptop.start().collectors) == ["battery"]
    assert laptop.imported() == 1

    drop(laptop.folder, "battery.py", collector("charge", at_import=laptop.leaves_a_trace))

    assert list(laptop.start().collectors) == ["charge"]
    assert laptop.imported() == 2


def test_what_failed_is_tried_a_few_times_and_then_only_when_somebody_looks(laptop: Laptop):
    drop(laptop.folder, "broken.py", f"{laptop.leaves_a_trace}; 1 / 0")
    for _ in range(MOST_ATTEMPTS + 2):
        assert "ZeroDivisionError" in problems(laptop.start())["broken"]
    assert laptop.imported() == MOST_ATTEMPTS

    laptop.start(afresh=True)

    assert laptop.imported() == MOST_ATTEMPTS + 1


def test_another_program_looks_for_itself(laptop: Laptop, monkeypatch: pytest.MonkeyPatch):
    drop(laptop.folder, "battery.py", collector(at_import=laptop.leaves_a_trace))
    laptop.start()
    monkeypatch.setattr("wfhagent.plugins.examiner.__version__", "99.0")

    laptop.start()

    assert laptop.imported() == 2


def test_a_changed_table_is_checked_again(laptop: Laptop):
    source = collector().replace(
        "class Gauge(Collector[Config])",
        "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
        "    every: int = 5\n\n"
        "class Gauge(Collector[GaugeConfig])",
    )
    drop(laptop.folder, "battery.py", source)
    assert laptop.start().wrong_tables == {}

    laptop.tables = {"battery": {"every": "often"}}
    (sentence,) = laptop.start().wrong_tables.values()

    file = laptop.folder.parent / "agent.toml"
    assert sentence.startswith(f"{file}: [plugins.battery] every: Expected `int`, got `str`.")
    assert "Allowed: whole number." in sentence


def test_what_has_to_be_set_is_not_used_until_it_is_and_stops_nobody(laptop: Laptop):
    source = collector().replace(
        "class Gauge(Collector[Config])",
        "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
        "    every: int\n\n"
        "class Gauge(Collector[GaugeConfig])",
    )
    drop(laptop.folder, "battery.py", source)
    for _ in range(MOST_ATTEMPTS):
        catalog = laptop.start()
    assert "[plugins.battery] every is missing." in problems(catalog)["battery"]
    assert (catalog.collectors, catalog.wrong_tables) == ({}, {})

    laptop.tables = {"battery": {"every": 5}}

    assert list(laptop.start().collectors) == ["battery"]


def test_what_is_remembered_may_be_damaged_or_nowhere_to_write(laptop: Laptop):
    drop(laptop.folder, "battery.py", collector())
    laptop.verdicts.parent.mkdir()
    laptop.verdicts.write_text("{")
    assert list(laptop.start().collectors) == ["battery"]

    laptop.verdicts = Path("/proc/nowhere/drop-ins.json")

    assert list(laptop.start().collectors) == ["battery"]


@of_modes
def test_what_is_remembered_is_for_its_owner_only(laptop: Laptop):
    drop(laptop.folder, "battery.py", collector())

    laptop.start()

    assert has_mode(laptop.verdicts, 0o600)
