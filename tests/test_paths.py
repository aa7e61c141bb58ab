"""Where agent.toml is searched, whatever the employee's environment contains."""

import sys
from pathlib import Path

import pytest

from wfhagent.system.paths import MACHINE_FOLDERS, config_file, machine_config


def test_no_variable_hides_the_file_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    site, hidden = tmp_path / "etc", tmp_path / "kdedefaults"
    monkeypatch.setitem(MACHINE_FOLDERS, sys.platform, str(site))
    for folder in (site, hidden):
        (folder / "wfhagent").mkdir(parents=True)
        (folder / "wfhagent" / "agent.toml").touch()
    monkeypatch.delenv("WFHAGENT_CONFIG", raising=False)
    # As Plasma sets it; the others are what platformdirs reads on Windows.
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{hidden}:{site}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(hidden))
    monkeypatch.setenv("WIN_PD_OVERRIDE_COMMON_APPDATA", str(hidden))

    assert config_file(None) == site / "wfhagent" / "agent.toml"


def test_without_a_file_of_the_machine_the_users_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(MACHINE_FOLDERS, sys.platform, str(tmp_path / "etc"))
    monkeypatch.delenv("WFHAGENT_CONFIG", raising=False)

    assert config_file(None).parent != machine_config().parent


@pytest.mark.parametrize(
    ("system", "folder"),
    [("linux", "/etc/xdg"), ("darwin", "/Library/Application Support")],
)
def test_the_file_of_the_machine_is_where_operations_md_says(
    system: str, folder: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "platform", system)

    place = machine_config().as_posix()

    assert place == f"{folder}/wfhagent/agent.toml"
    page = Path(__file__).parents[1] / "docs" / "operations.md"
    assert f"`{place}`" in page.read_text(encoding="utf-8")
