"""`wfhagent settings` prints one form for all that have the same settings, and its fingerprint."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.agent_toml import write_agent_toml
from tests.cli.conftest import Laptop
from tests.drop_ins import collector, drop

from wfhagent.assembly import assemble
from wfhagent.privacy.effective_settings import effective_settings, fingerprint_of

SECRET = "hunter2-hunter2"
AGREED = """
[server]
url = "https://wfh.example.com"
ca_file = "certificates/company.pem"

[heartbeat]
interval_seconds = 600

[detailed_log]
working_days = ["mon", "tue"]

[plugins]
disabled = ["idle", "geoip"]

[plugins.screenshot]
quality = 40
"""
REORDERED = """
# Written by another tool.
[plugins]
disabled = ["geoip", "idle"]  # both

[plugins.screenshot]
quality = 40

[detailed_log]
end = "22:00"
working_days = ["tue", "mon"]

[heartbeat]
only_in_working_hours = false
interval_seconds = 600.0

[server]
auth_token = "wfhe_of_this_laptop"
ca_file = "./certificates/company.pem"
url = "https://wfh.example.com"
"""


def form_of(folder: Path, text: str) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / "agent.toml"
    file.write_text(text, encoding="utf-8")
    return effective_settings(assemble(file, {}))


def printed(laptop: Laptop, *arguments: str) -> bytes:
    result = laptop.run("settings", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_the_hash_is_that_of_the_very_text_that_is_printed(laptop: Laptop):
    text = printed(laptop)

    assert printed(laptop, "--hash").decode().strip() == hashlib.sha256(text).hexdigest()
    assert b"\r" not in text


def test_order_comments_defaults_and_the_folder_of_agent_toml_change_nothing(tmp_path: Path):
    assert form_of(tmp_path / "alice", AGREED) == form_of(tmp_path / "bob", REORDERED)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("interval_seconds = 600", "interval_seconds = 900"),
        ("quality = 40", "quality = 95"),
        ('disabled = ["idle", "geoip"]', 'disabled = ["idle"]'),
        ('["mon", "tue"]', '["mon", "tue", "sat"]'),
        ("wfh.example.com", "wfh.example.org"),
        ("company.pem", "other.pem"),
    ],
)
def test_each_change_of_a_value_changes_the_fingerprint(tmp_path: Path, before: str, after: str):
    changed = form_of(tmp_path / "bob", AGREED.replace(before, after))

    assert fingerprint_of(changed) != fingerprint_of(form_of(tmp_path / "alice", AGREED))


def test_the_form_is_an_agent_toml_with_the_same_settings(tmp_path: Path):
    form = form_of(tmp_path / "alice", AGREED)

    assert form_of(tmp_path / "bob", form) == form


def test_every_setting_of_the_core_and_of_plugins_in_use_is_in_it(laptop: Laptop):
    found = tomli.loads(printed(laptop).decode())

    assert found["agent"]["log_level"] == "info"
    assert found["plugins"]["screenshot"]["quality"] == 50
    assert "file" not in found["plugins"], "a transport that is not in use"


def with_secrets(folder: Path, *, secret: str) -> str:
    source = collector().replace(
        "class Gauge(Collector[Config])",
        "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
        '    api_token: str = ""\n    headers: dict[str, str] = {}\n    every: int = 5\n\n'
        "class Gauge(Collector[GaugeConfig])",
    )
    folder.mkdir(exist_ok=True)
    drop(folder / "plugins", "battery.py", source)
    server = (
        f'auth_token = "{secret}"\nproxy = "http://anna:{secret}@proxy.example.com:3128"\n'
        "[heartbeat]"
    )
    battery = (
        f'[plugins.battery]\napi_token = "{secret}"\nheaders = {{ Authorization = "{secret}" }}\n'
    )
    return form_of(folder, AGREED.replace("[heartbeat]", server) + battery)


def test_secrets_are_in_neither_the_text_nor_the_hash(tmp_path: Path):
    one = with_secrets(tmp_path / "alice", secret=SECRET)
    other = with_secrets(tmp_path / "bob", secret="another-password")

    assert SECRET not in one
    assert "# auth_token: secret, left out" in one
    assert "# api_token: secret, left out" in one
    assert 'proxy = "http://***@proxy.example.com:3128"' in one
    assert "every = 5" in one
    assert one == other


def test_paths_below_the_home_are_the_same_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    forms = []
    for name in ("alice", "bob"):
        home = tmp_path / "home" / name
        home.mkdir(parents=True)
        monkeypatch.setattr(Path, "home", lambda home=home: home)
        text = AGREED.replace("certificates/company.pem", f"{home.as_posix()}/company.pem")
        forms.append(form_of(tmp_path / name, text))

    assert 'ca_file = "~/company.pem"' in forms[0]
    assert forms[0] == forms[1]


def test_a_path_of_windows_is_the_same_with_slashes(tmp_path: Path):
    agreed = AGREED.replace('disabled = ["idle", "geoip"]', "")
    one, other = (
        form_of(tmp_path / name, f"{agreed}[plugins.geoip]\ndatabase = '{path}'\n")
        for name, path in (("alice", r"C:\Program\city.mmdb"), ("bob", "C:/Program/city.mmdb"))
    )

    assert one == other


TABLES: dict[str, dict[str, Any]] = {
    "server": {
        "timeout_seconds": st.integers(1, 300),
        "proxy": st.just("http://proxy:3128"),
    },
    "heartbeat": {
        "interval_seconds": st.integers(5, 3600) | st.floats(5, 3600),
        "only_in_working_hours": st.booleans(),
    },
    "outbox": {"keep_days": st.integers(1, 366), "max_megabytes": st.integers(5, 900)},
    "notice": {"company": st.text("aäß€\\\"'\n ", max_size=9), "contact": st.text("xy@")},
}
ANY_SETTINGS = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({}, optional=keys) for name, keys in TABLES.items()}
)


@hypothesis_settings(max_examples=15, deadline=None)
@given(chosen=ANY_SETTINGS, order=st.permutations(sorted(TABLES)))
def test_any_settings_in_any_order_have_one_form_that_means_them(
    tmp_path_factory: pytest.TempPathFactory, chosen: dict[str, dict[str, Any]], order: list[str]
):
    chosen["server"]["url"] = "https://wfh.example.com"
    folder = tmp_path_factory.mktemp("laptop")

    def form(names: list[str], *, reverse: bool) -> str:
        tables = {name: dict(sorted(chosen[name].items(), reverse=reverse)) for name in names}
        write_agent_toml(folder / "agent.toml", tables)
        return effective_settings(assemble(folder / "agent.toml", {}))

    one = form(sorted(TABLES), reverse=False)

    assert form(order, reverse=True) == one
    assert form_of(folder, one) == one
    shutil.rmtree(folder)
