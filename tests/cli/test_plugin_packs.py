"""`wfhagent plugin pack | keygen | install | list | remove` on one laptop, up to the employee."""

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import NOW, Laptop
from tests.cli.test_doctor import status_of
from tests.drop_ins import collector, drop
from typer.testing import CliRunner

from wfhagent.cli import make_app
from wfhagent.cli.status import screen
from wfhagent.errors import PluginError, SettingsError
from wfhagent.notice.collected import changes, collected_by
from wfhagent.plugin_tools.pack import make_pack
from wfhagent.plugins.report import report_of
from wfhagent.plugins.versions import pending, versions_in


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return drop(tmp_path / "own", "battery/__init__.py", collector()).parent


@pytest.fixture
def pack(plugin: Path, tmp_path: Path) -> Path:
    return make_pack(plugin, tmp_path, version="1.2.0")


def newer(plugin: Path, tmp_path: Path) -> Path:
    drop(plugin, "__init__.py", collector(body="x = 2"))
    return make_pack(plugin, tmp_path, version="1.3.0")


def run_without_config(*arguments: str) -> str:
    return CliRunner().invoke(make_app(), arguments, obj={}, catch_exceptions=False).stdout


def test_a_company_makes_a_key_signs_a_pack_and_installs_it(
    laptop: Laptop, plugin: Path, tmp_path: Path
):
    key = tmp_path / "company.key"
    line = run_without_config("plugin", "keygen", str(key))
    public = re.search(r'trusted_keys = \["(RW\w[^"]+)"\]', line)
    assert public
    made = run_without_config(
        *("plugin", "pack", str(plugin), "--key", str(key), "--version", "1.2.0"),
        *("--into", str(tmp_path)),
    )
    assert "battery-1.2.0.wfhpack is ready, and signed with the key " in made
    laptop.configure("plugins", trusted_keys=[public[1]])

    done = laptop.run("plugin", "install", str(tmp_path / "battery-1.2.0.wfhpack"))

    assert f"battery 1.2.0 is installed in {laptop.folder / 'plugins'}." in done.stdout
    assert "uses it after its next start" in done.stdout
    assert "battery 1.2.0 (drop-in," in laptop.run("plugins").stdout
    assert "battery 1.2.0: signed by the trusted key " in laptop.run("plugin", "list").stdout
    laptop.configure("plugins", trusted_keys=[])
    assert ", which is not a trusted key, SHA-256 " in laptop.run("plugin", "list").stdout
    assert "battery 1.2.0 is removed" in laptop.run("plugin", "remove", "battery").stdout
    assert "No packs are installed" in laptop.run("plugin", "list").stdout


def test_an_unsigned_plugin_is_named_and_not_used_where_keys_are_trusted(
    laptop: Laptop, tmp_path: Path
):
    line = run_without_config("plugin", "keygen", str(tmp_path / "key"))
    laptop.configure("plugins", trusted_keys=[line.split('"')[1]])
    drop(laptop.folder / "plugins", "gauge.py", collector("gauge"))

    (problem,) = laptop.assembly().unused().values()

    assert "does not name it; it is not signed either" in problem


def test_a_wrong_key_in_agent_toml_is_a_sentence(laptop: Laptop):
    laptop.configure("plugins", trusted_keys=["hello"])

    with pytest.raises(SettingsError, match=r"\[plugins\] trusted_keys: 'hello' is no Base64"):
        laptop.assembly()


def test_the_server_learns_the_version_of_a_pack(laptop: Laptop, pack: Path):
    laptop.run("plugin", "install", str(pack))

    (report,) = [
        one for one in report_of(laptop.assembly().catalog, "https") if one.name == "battery"
    ]

    assert (report.version, report.origin, len(report.sha256)) == ("1.2.0", "drop-in", 64)


def test_the_employee_is_asked_again_when_a_pack_changes_and_only_then(
    laptop: Laptop, plugin: Path, pack: Path, tmp_path: Path
):
    laptop.run("plugin", "install", str(pack))
    first = collected_by(laptop.assembly())
    laptop.run("plugin", "install", str(pack))
    same = collected_by(laptop.assembly())
    laptop.run("plugin", "install", str(newer(plugin, tmp_path)))
    changed = collected_by(laptop.assembly())

    assert same.fingerprint == first.fingerprint
    assert changed.fingerprint != first.fingerprint
    (change,) = changes(first.values, changed)
    assert change.startswith("plugin battery: drop-in, SHA-256 ")


def test_status_has_versions_and_says_that_a_restart_is_pending(
    laptop: Laptop, plugin: Path, pack: Path, tmp_path: Path
):
    none = versions_in(laptop.assembly().catalog)
    laptop.run("plugin", "install", str(pack))
    old = versions_in(laptop.assembly().catalog)
    laptop.run("plugin", "install", str(newer(plugin, tmp_path)))
    new = versions_in(laptop.assembly().catalog)

    assert none == ()
    assert pending(none, old) == ["battery 1.2.0 is installed, and is used after a restart"]
    assert pending(old, old) == []
    assert pending(old, none) == ["battery 1.2.0 is not used any more after a restart"]
    (text,) = pending(old, new)
    assert re.fullmatch(
        r"battery 1\.2\.0 \(\w{8}\) is running, battery 1\.3\.0 \(\w{8}\) is installed and used "
        "after a restart",
        text,
    )
    shown = screen(status_of(plugins=old), NOW, restart=[text])
    assert "plugins      battery 1.2.0\n" in shown
    assert f"RESTART      {text}\n" in shown


def test_a_pack_that_the_agent_cannot_use_fails_with_the_reason(laptop: Laptop, tmp_path: Path):
    broken = drop(tmp_path, "gauge.py", collector("gauge", at_import="import nowhere"))
    file = make_pack(broken, tmp_path, version="1")

    done = laptop.run("plugin", "install", str(file))

    assert done.exit_code == 1
    assert "It is not used: " in done.stderr
    assert "`wfhagent plugin vendor gauge`" in done.stderr


def test_two_plugins_that_claim_a_name_or_a_fact_get_a_sentence_each(
    laptop: Laptop, pack: Path, tmp_path: Path
):
    laptop.run("plugin", "install", str(pack))
    same_name = drop(tmp_path, "gauge.py", collector("battery"))
    same_fact = drop(tmp_path, "names.py", collector("names").replace('"percent"', '"username"'))

    named = laptop.run("plugin", "install", str(make_pack(same_name, tmp_path, version="1")))
    given = laptop.run("plugin", "install", str(make_pack(same_fact, tmp_path, version="1")))

    assert (named.exit_code, given.exit_code) == (1, 0)
    assert "It is not used: " in named.stderr
    assert "the name 'battery' is already in use by" in named.stderr
    twice = "username is given by identity and by names, and the first one counts."
    assert twice in given.stdout
    assert twice in laptop.run("plugins").stdout


def test_an_older_pack_is_refused_without_an_option(
    laptop: Laptop, plugin: Path, pack: Path, tmp_path: Path
):
    laptop.run("plugin", "install", str(newer(plugin, tmp_path)))

    with pytest.raises(PluginError, match=r"1\.3\.0 is installed, and 1\.2\.0 is older"):
        laptop.run("plugin", "install", str(pack))
    done = laptop.run("plugin", "install", str(pack), "--downgrade")

    assert "battery 1.2.0 is installed in" in done.stdout
    assert "in place of 1.3.0." in done.stdout
    (listed,) = json.loads(laptop.run("plugin", "list", "--json").stdout)
    assert (listed["version"], listed["changed"]) == ("1.2.0", False)
