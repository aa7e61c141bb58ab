"""`wfhagent plugin secret set`, and a plugin's secret in everything that commands show."""

import zipfile
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.collect.test_secrets import JIRA
from tests.drop_ins import drop
from typer.testing import CliRunner

from wfhagent.cli import make_app
from wfhagent.errors import KeyringError
from wfhagent.identity import plugin_secrets

VALUE = "hunter2-under-the-bed"


class DictKeyring:
    """A keyring in memory."""

    name = "a keyring in memory"

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def get(self, account: str) -> str | None:
        return self.secrets.get(account)

    def set(self, account: str, secret: str) -> None:
        self.secrets[account] = secret


class LockedKeyring(DictKeyring):
    """A keyring that nobody has unlocked."""

    def set(self, account: str, secret: str) -> None:
        raise KeyringError("the keyring is locked")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> DictKeyring:
    made = DictKeyring()
    monkeypatch.setattr(plugin_secrets, "system_keyring", lambda: made)
    return made


def store(laptop: Laptop, typed: str) -> str:
    done = CliRunner().invoke(
        make_app(),
        ["plugin", "secret", "set", "jira", "token", "--config", str(laptop.file)],
        input=typed,
        obj={},
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    assert typed.strip() not in done.output
    return done.output


def test_the_line_that_it_prints_makes_the_plugin_use_what_it_stored(
    laptop: Laptop, keyring: DictKeyring
):
    printed = store(laptop, VALUE + "\n")

    assert printed.splitlines() == [
        "The secret is stored in a keyring in memory.",
        f"To use it, write this line into [plugins.jira] of {laptop.file}:",
        'token = { keyring = "jira.token" }',
    ]
    laptop.configure("plugins.jira.token", keyring="jira.token")
    drop(laptop.folder / "plugins", "jira.py", JIRA.format(body="return {'issues': 'x'}"))
    laptop.configure("plugins.holidays.token", keyring="jira.token")
    assembly = laptop.assembly()
    assert assembly.catalog.collectors["jira"].name == "jira"
    assert assembly.read_keyring("jira.token") == VALUE


def test_an_entry_that_agent_toml_names_already_gets_the_new_secret(
    laptop: Laptop, keyring: DictKeyring
):
    laptop.configure("plugins.jira.token", keyring="team")

    printed = store(laptop, "line one\nline two\n")

    assert printed == "The secret is stored in a keyring in memory.\n"
    assert keyring.secrets == {"plugin:team": "line one\nline two"}


def test_the_entry_of_the_device_token_is_another_one(laptop: Laptop, keyring: DictKeyring):
    url = "https://wfh.example.com"
    keyring.secrets[url] = "the device token"

    assert plugin_secrets.read_plugin_secret(url) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("\n", "The secret is empty, so nothing was stored."), (VALUE, "not stored: the keyring is")],
)
def test_what_cannot_be_stored_is_an_error(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, typed: str, sentence: str
):
    monkeypatch.setattr(plugin_secrets, "system_keyring", LockedKeyring)

    with pytest.raises(Exception, match=sentence):
        store(laptop, typed)


@pytest.fixture
def with_secrets(
    laptop: Laptop, keyring: DictKeyring, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The secrets of a laptop whose plugin shows its own wherever it can."""
    secrets = ["text-secret-1234", "variable-secret-1234", "keyring-secret-1234"]
    monkeypatch.setenv("JIRA_TOKEN", secrets[1])
    keyring.secrets["plugin:jira.token"] = secrets[2]
    plugins = laptop.folder / "plugins"
    body = "print(token.reveal()); raise RuntimeError(token.reveal())"
    drop(plugins, "jira.py", JIRA.format(body=body))
    drop(plugins, "early.py", "import os\nraise RuntimeError(os.environ['JIRA_TOKEN'])\n")
    laptop.configure("plugins", disabled=["geoip", "idle", "network", "screenshot"])
    laptop.configure("plugins.jira", token=secrets[0])
    laptop.configure("plugins.holidays.token", env="JIRA_TOKEN")
    laptop.configure("plugins.early.token", keyring="jira.token")
    (laptop.data / "agent.log").write_text("\n".join(["sent with", *secrets]), encoding="utf-8")
    return secrets


def test_no_command_shows_a_secret_of_a_plugin(laptop: Laptop, with_secrets: list[str]):
    for command in (
        ["preview"],
        ["plugins"],
        ["plugins", "--json"],
        ["privacy"],
        ["doctor"],
        ["doctor", "--json"],
        ["status"],
    ):
        done = laptop.run(*command)
        shown = done.stdout + done.stderr
        assert shown
        assert [secret for secret in with_secrets if secret in shown] == [], command


def test_the_report_has_no_secret_of_a_plugin_from_anywhere(
    laptop: Laptop, with_secrets: list[str], tmp_path: Path
):
    file = tmp_path / "r.zip"
    laptop.run("report", "--output", str(file))

    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "agent.log" in parts
    found = [(s, name) for s in with_secrets for name, text in parts.items() if s in text]
    assert found == []
