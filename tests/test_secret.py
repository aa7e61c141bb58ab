"""`Secret[str]`: a setting of a plugin that is read from three places and shown in none."""

import copy
import json
import logging
import pickle
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import pytest

from wfhagent.errors import KeyringError, SecretError, SettingsError
from wfhagent.plugin import Config, Meta, Secret
from wfhagent.plugin.allowed import settings_of
from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.settings import convert_table
from wfhagent.system.known_secrets import mask_secrets

VALUE = "hunter2-ünter/the bed"


class JiraConfig(Config, frozen=True, kw_only=True):
    """Settings with secrets wherever there can be one."""

    token: Annotated[Secret[str], Meta(description="API token of Jira.")]
    second: Secret[str] | None = None
    empty: Secret[str] = Secret("")
    more: tuple[Secret[str], ...] = ()


def settings(
    read_keyring: Callable[[str], str | None] = {"jira.token": VALUE}.get, **table: Any
) -> JiraConfig:
    return convert_table(
        table, JiraConfig, file="agent.toml", table="plugins.jira", read_keyring=read_keyring
    )


@pytest.mark.parametrize("source", [VALUE, {"env": "JIRA_TOKEN"}, {"keyring": "jira.token"}])
def test_its_value_is_read_from_agent_toml_the_environment_or_the_keyring(
    source: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JIRA_TOKEN", VALUE)

    config = settings(token=source, second=source, more=[source])

    assert config.token.reveal() == VALUE
    assert config.second is not None
    assert config.second.reveal() == config.more[0].reveal() == VALUE
    assert config.token
    assert not config.empty


def test_it_is_read_when_it_is_needed_and_each_time(monkeypatch: pytest.MonkeyPatch):
    token = settings(token={"env": "JIRA_TOKEN"}).token
    monkeypatch.setenv("JIRA_TOKEN", VALUE)
    assert token.reveal() == VALUE

    monkeypatch.setenv("JIRA_TOKEN", "another-one")

    assert token.reveal() == "another-one"


SHOWS: dict[str, Callable[[JiraConfig], object]] = {
    "repr": repr,
    "str": str,
    "format": lambda config: f"{config.token} {config.token:>20} {config.token!r} {config.more}",
    "percent": lambda config: "%s %r" % (config.token, config),  # noqa: UP031 -- old code does it
    "vars": lambda config: [getattr(config.token, name, "") for name in dir(config.token)],
    "copy": lambda config: [copy.copy(config.token), copy.deepcopy(config)],
    "asdict": msgspec.structs.asdict,
}


@pytest.mark.parametrize("how", SHOWS)
def test_no_way_to_show_it_has_its_value(how: str):
    config = settings(token=VALUE, second={"keyring": "jira.token"}, more=[VALUE])

    assert VALUE not in str(SHOWS[how](config))


REFUSES: dict[str, Callable[[JiraConfig], object]] = {
    "pickle": pickle.dumps,
    "json": lambda config: json.dumps(msgspec.structs.asdict(config)),
    "msgspec": msgspec.json.encode,
    "builtins": msgspec.to_builtins,
    "bytes": lambda config: bytes(config.token),  # type: ignore[call-overload]
}


@pytest.mark.parametrize("how", REFUSES)
def test_what_would_write_it_down_is_refused(how: str):
    with pytest.raises(TypeError) as refused:
        REFUSES[how](settings(token=VALUE))

    assert VALUE not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [7, True, [VALUE], {"file": VALUE}, {"env": ""}, {"env": VALUE, "keyring": VALUE}, {"env": 1}],
)
def test_what_is_no_source_is_refused_without_being_shown(wrong: Any):
    with pytest.raises(SettingsError) as refused:
        settings(token=wrong)

    assert str(refused.value) == (
        "agent.toml: [plugins.jira] token: Expected a secret. (Allowed: text, "
        '{ env = "NAME" } or { keyring = "NAME" }. API token of Jira.)'
    )


def test_a_missing_variable_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMPTY", "")
    for name in ("EMPTY", "NOT_SET"):
        with pytest.raises(SecretError) as missing:
            settings(token={"env": name}).token.reveal()
        assert str(missing.value) == (
            f"agent.toml: [plugins.jira] token cannot be read: the agent has no environment "
            f"variable {name}. Set it for the user who runs the agent, and start the agent again."
        )


def test_a_missing_entry_of_the_keyring_is_named_with_the_command_that_stores_it():
    with pytest.raises(SecretError) as missing:
        settings(token={"keyring": "other"}).token.reveal()

    assert str(missing.value) == (
        "agent.toml: [plugins.jira] token cannot be read: the keyring has no entry 'other'. "
        "Store it with `wfhagent plugin secret set jira token`."
    )


def test_a_locked_keyring_says_so():
    def locked(_name: str) -> str | None:
        raise KeyringError("the keyring is locked")

    with pytest.raises(SecretError, match=r"no answer \(the keyring is locked\)\. Unlock it"):
        settings(locked, token={"keyring": "jira.token"}).token.reveal()


def test_each_secret_setting_is_known_as_one_and_its_default_is_hidden():
    found = {one.key: one for one in settings_of(JiraConfig)}

    assert all(one.secret for one in found.values())
    assert found["token"].allowed == 'text, { env = "NAME" } or { keyring = "NAME" }'
    assert [found[key].default for key in ("token", "second", "empty")] == ["", "null", '""']


KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAASCBKcwggSjAgEAAoIBAQC\n-----END KEY-----"


def test_texts_have_a_mask_in_place_of_it_however_it_is_written():
    assert settings(token=VALUE).token.reveal()
    assert settings(token=KEY).token.reveal()

    for text in (
        VALUE,
        repr({"token": VALUE}),
        json.dumps({"token": VALUE}),
        "https://jira/?key=hunter2-%C3%BCnter%2Fthe+bed",
        "https://jira/hunter2-%C3%BCnter/the%20bed",
        "Zm9v aHVudGVyMi3DvG50ZXIvdGhlIGJlZA==",
        KEY,
        repr(KEY),
        *KEY.splitlines()[1:3],
    ):
        masked = mask_secrets(text)
        assert "***" in masked
        assert not [part for part in ("hunter2", "MIIEvQ", "AASCBK", "aHVudGV") if part in masked]


def test_the_agents_log_masks_it_also_in_a_traceback(capfd: pytest.CaptureFixture[str]):
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log_to_stderr("info")
    try:
        token = settings(token=VALUE).token
        try:
            int(token.reveal())
        except ValueError:
            logging.getLogger("wfhagent.plugins.jira").exception("sent %s", token.reveal())
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    shown = capfd.readouterr().err
    assert "ValueError: invalid literal for int() with base 10: '***'" in shown
    assert "sent ***" in shown
    assert VALUE not in shown
