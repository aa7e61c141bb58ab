"""The recipes of docs/operations.md name the places that packages and program use."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from installers import pkg, tree

from wfhagent.status import Status

TEXT = (tree.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = {
    name: textwrap.dedent(text)
    for name, text in re.findall(r"```\w+ ([\w.-]+)\n(.*?)^ *```$", TEXT, re.DOTALL | re.MULTILINE)
}


def test_every_way_to_push_has_a_recipe_that_verifies_and_removes():
    recipes = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL))

    del recipes["What scripts read"]
    assert set(recipes) == {
        *("Intune, Windows", "GPO, Windows", "Intune, macOS", "Jamf", "Ansible, Linux"),
    }
    for name, recipe in recipes.items():
        assert re.search(r"\bVerify\b", recipe), name
        assert re.search(r"\bremove\b|\bremoval\b", recipe, re.IGNORECASE), name


def test_what_scripts_read_is_all_explained():
    keys = {*Status.__struct_fields__, "running"}
    table = TEXT.partition("| key of `status --json` |")[2].partition("###")[0]

    assert [key for key in keys if f"`{key}`" not in table] == []


def test_the_places_are_those_of_the_packages():
    places = (tree.CONFIG, pkg.UNINSTALL, f"{pkg.SUPPORT}/agent.toml", pkg.COMMAND)
    for place in (*places, *pkg.PLISTS.values()):
        assert f"`{place}`" in TEXT


def test_the_playbook_is_yaml_and_pushes_the_configuration_first():
    (play,) = yaml.safe_load(BLOCKS["push-wfhagent.yml"])

    modules = [next(key for key in task if "." in key) for task in play["tasks"]]
    config = modules.index("ansible.builtin.template")
    assert play["tasks"][config]["ansible.builtin.template"]["dest"] == tree.CONFIG
    assert config < modules.index("ansible.builtin.apt")


@pytest.mark.skipif(sys.platform == "win32", reason="a script of macOS")
def test_the_script_for_a_mac_places_a_configuration_that_users_may_only_read(tmp_path: Path):
    script = BLOCKS["place-config.sh"].replace("/Library/", f"{tmp_path}/Library/")
    # Only root may give files away.
    script = script.replace("chown -R root:wheel", "true")

    subprocess.run(["sh", "-c", script], check=True, umask=0o077)

    config = tmp_path / pkg.SUPPORT.lstrip("/") / "agent.toml"
    assert config.read_text().startswith("[server]\nurl = ")
    assert config.stat().st_mode & 0o777 == 0o644


def test_windows_gets_the_configuration_before_the_package_and_only_administrators_write_it():
    install, uninstall = BLOCKS["install.cmd"], BLOCKS["uninstall.cmd"]

    assert install.index("agent.toml") < install.index("msiexec /i")
    # SYSTEM, administrators, users; by numbers, since their names are translated.
    assert re.findall(r"\*S-1-5-(\S+):\(OI\)\(CI\)(\w+)", install) == [
        *(("18", "F"), ("32-544", "F"), ("32-545", "RX")),
    ]
    # A folder that a user created first is replaced, since its files would take effect.
    steps = ["rmdir /s", "exit /b 1", "mkdir", "/inheritance:r", "/setowner *S-1-5-32-544", "copy"]
    assert sorted(steps, key=install.index) == steps
    assert "if not exist" not in install
    assert "/qn" in install
    assert "msiexec /x" in uninstall
