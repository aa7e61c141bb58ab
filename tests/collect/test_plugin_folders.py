"""`context.state` and `context.cache`: private, bounded, and deleted with the plugin."""

import shutil
from pathlib import Path
from types import ModuleType

import pytest
from tests.collect.conftest import MakeRunner
from tests.drop_ins import collector, drop
from tests.linux_only import linux_only, not_windows

from wfhagent.agent import run as agent_run
from wfhagent.assembly import assemble
from wfhagent.collect.plugin_folders import delete_folders_of_removed_plugins
from wfhagent.collect.runner import CollectorRunner
from wfhagent.errors import PluginError
from wfhagent.plugin import Occasion
from wfhagent.plugin.folders import LEAST_FILE_BYTES, MOST_BYTES, Folders, size_of
from wfhagent.system.paths import data_paths
from wfhagent.testing import StaticClock, make_context

COUNTS = (
    "state, cache = context.state / 'runs', context.cache / 'runs'; "
    "state.write_text((state.read_text() if state.exists() else '') + '.'); "
    "cache.write_text((cache.read_text() if cache.exists() else '') + '.'); "
    "return {'percent': f'{state.read_text()} {cache.read_text()}'}"
)
FILLS = "f = open(context.{folder} / 'big', 'wb'); f.truncate({size}); f.close()"


@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_collector_in_a_child_process_finds_what_it_left_there(
    runner_of: MakeRunner, occasion: Occasion, tmp_path: Path
):
    runner = runner_of(battery=collector(body=COUNTS), other=collector("other", body=COUNTS))

    runner.run(occasion)
    facts = runner.run(occasion)

    assert facts.failures == {}
    assert facts.extra == {"battery": {"percent": ".. .."}, "other": {"percent": ".. .."}}
    for kind in ("plugin-state", "plugin-cache"):
        assert (tmp_path / "data" / kind / "battery" / "battery" / "runs").read_text() == ".."


def test_a_collector_of_the_program_itself_finds_them_for_a_heartbeat(
    runner_of: MakeRunner, clock: StaticClock, tmp_path: Path
):
    runner_of()
    module = ModuleType("built_in_battery")
    exec(collector(body=COUNTS), vars(module))
    assembly = assemble(tmp_path / "agent.toml", {"battery": module})
    runner = CollectorRunner(assembly, clock=clock, token=lambda: "")

    for _ in range(2):
        facts = runner.run(Occasion.HEARTBEAT)

    assert facts.extra == {"battery": {"percent": ".. .."}}


def test_nothing_is_created_for_a_collector_that_asks_for_none(
    runner_of: MakeRunner, tmp_path: Path
):
    runner_of(battery=collector()).run(Occasion.DETAILED_LOG)

    assert not (tmp_path / "data" / "plugin-state").exists()


@not_windows("it has no modes")
def test_only_the_user_can_read_them(tmp_path: Path):
    folders = Folders(tmp_path / "state" / "a" / "b", tmp_path / "cache" / "a" / "b")
    (tmp_path / "cache").mkdir(mode=0o755)

    opened = [folders.open_state(), folders.open_cache()]

    for folder in opened:
        for place in (folder, folder.parent, folder.parent.parent):
            assert place.stat().st_mode & 0o777 == 0o700


def test_too_much_state_is_a_failure_of_the_next_run_that_names_the_folder(
    runner_of: MakeRunner, tmp_path: Path
):
    fills = FILLS.format(folder="state", size=MOST_BYTES + 1)
    runner = runner_of(fills=collector("fills", body=fills), other=collector("other"))
    assert runner.run(Occasion.DETAILED_LOG).failures == {}

    facts = runner.run(Occasion.DETAILED_LOG)

    folder = tmp_path / "data" / "plugin-state" / "fills" / "fills"
    assert facts.failures == {
        "fills": f"{folder}: the state of this collector has more than 50 MiB. Delete files "
        "there, or the folder."
    }
    assert facts.extra == {"other": {"percent": 80}}

    shutil.rmtree(folder)
    assert runner.run(Occasion.DETAILED_LOG).failures == {}


def test_too_much_cache_is_empty_at_the_next_run(runner_of: MakeRunner):
    looks = "import os; seen = len(os.listdir(context.cache)); "
    fills = FILLS.format(folder="cache", size=MOST_BYTES + 1)
    tells = "; return {'percent': seen}"
    fits = FILLS.format(folder="cache", size=1)
    runner = runner_of(
        fills=collector("fills", body=looks + fills + tells),
        fits=collector("fits", body=looks + fits + tells),
    )

    for _ in range(2):
        facts = runner.run(Occasion.DETAILED_LOG)

    assert facts.extra == {"fills": {"percent": 0}, "fits": {"percent": 1}}


def test_empty_files_count_too(tmp_path: Path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for number in range(10):
        (tmp_path / "deep" / "er" / str(number)).touch()

    assert size_of(tmp_path) == 12 * LEAST_FILE_BYTES


@not_windows("links need a right there")
def test_links_lead_nowhere(tmp_path: Path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis").write_text("all of it")
    cache = tmp_path / "cache" / "a" / "b"
    Folders(tmp_path / "state" / "a" / "b", cache).open_cache()
    with (cache / "big").open("wb") as big:
        big.truncate(MOST_BYTES + 1)
    (cache / "link").symlink_to(precious)

    again = Folders(tmp_path / "state" / "a" / "b", cache)
    assert list(again.open_cache().iterdir()) == []

    cache.rmdir()
    cache.symlink_to(precious)
    with pytest.raises(PluginError, match="is a link, and no folder; remove it"):
        Folders(tmp_path / "state" / "a" / "b", cache).open_cache()
    assert (precious / "thesis").read_text() == "all of it"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "state").write_text("a file")

    with pytest.raises(PluginError, match="cannot be used: "):
        Folders(tmp_path / "state" / "a" / "b", tmp_path / "cache" / "a" / "b").open_state()


def test_the_context_of_a_test_has_them_in_the_folder_that_it_gets(tmp_path: Path):
    context = make_context(folder=tmp_path)

    (context.state / "remembered").write_text("yes")

    assert (make_context(folder=tmp_path).state / "remembered").read_text() == "yes"
    assert context.cache != context.state
    with pytest.raises(PluginError, match="make_context"):
        _ = make_context().cache


KEEPS = "return {'percent': (context.state / 'x').touch() or (context.cache / 'x').touch() or 1}"


def left(tmp_path: Path) -> set[str]:
    """Return the plugins that have folders."""
    state, cache = (
        {path.name for path in (tmp_path / "data" / kind).iterdir()}
        for kind in ("plugin-state", "plugin-cache")
    )
    assert state == cache
    return state


@pytest.fixture
def used(runner_of: MakeRunner, tmp_path: Path) -> Path:
    """The drop-ins of an agent, which have used their folders."""
    sources = {name: collector(name, body=KEEPS) for name in ("battery", "disk", "screen")}
    runner = runner_of(**sources)
    drop(tmp_path / "plugins", "odd name!.py", collector("odd", body=KEEPS))
    runner = runner_of()
    assert runner.run(Occasion.DETAILED_LOG).failures == {}
    assert {"battery", "disk", "screen"} < left(tmp_path)
    assert len(left(tmp_path)) == 4
    return tmp_path / "plugins"


def begin(tmp_path: Path) -> None:
    """Do what an agent does when it starts."""
    delete_folders_of_removed_plugins(assemble(tmp_path / "agent.toml", {}))


def test_the_folders_of_a_removed_plugin_are_deleted_when_the_agent_starts(
    used: Path, tmp_path: Path
):
    before = left(tmp_path)
    (used / "disk.py").unlink()

    begin(tmp_path)

    assert left(tmp_path) == before - {"disk"}

    (used / "odd name!.py").unlink()
    begin(tmp_path)
    assert left(tmp_path) == {"battery", "screen"}


def test_a_plugin_that_is_broken_or_disabled_keeps_its_folders(used: Path, tmp_path: Path):
    before = left(tmp_path)
    (used / "disk.py").write_text("import nothing_like_this")
    file = tmp_path / "agent.toml"
    file.write_text(file.read_text().replace("disabled = [", 'disabled = ["battery", '))

    begin(tmp_path)

    assert left(tmp_path) == before


def test_all_keep_them_while_the_folder_of_drop_ins_is_missing(used: Path, tmp_path: Path):
    before = left(tmp_path)
    used.rename(tmp_path / "not mounted")

    begin(tmp_path)

    assert left(tmp_path) == before


def test_the_agent_does_so_at_its_start(
    used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (used / "disk.py").unlink()
    for name in ("_run", "log_to_stderr", "log_to_file", "log_to_file_only", "use_one_arena"):
        monkeypatch.setattr(agent_run, name, lambda *_: None)

    agent_run.run(tmp_path / "agent.toml", {})

    assert "disk" not in left(tmp_path)


@linux_only("other systems have no such variables")
def test_without_a_data_directory_they_are_where_the_system_has_state_and_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))

    paths = data_paths("")

    assert paths.plugin_state == tmp_path / "s" / "wfhagent" / "plugin-state"
    assert paths.plugin_cache == tmp_path / "c" / "wfhagent" / "plugin-cache"
