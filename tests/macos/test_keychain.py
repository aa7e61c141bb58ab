"""Errors of the macOS keychain, as keyring wraps them. Not tested on a Mac."""

import sys
from types import ModuleType

import pytest

from wfhagent.errors import KeyringError
from wfhagent.identity import keyring as system_keyrings
from wfhagent.identity import macos_keychain as keychain
from wfhagent.identity.keyring import SystemKeyring


class WrappedError(Exception):
    """What keyring raises around an error of the keychain."""


def refuse(number: int) -> None:
    cause = OSError(number, "Unknown Error")
    raise WrappedError(f"Can't get password from keychain: {cause}") from cause


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A Mac whose keychain refuses the numbers that a test puts into `keyring`."""
    forbidden: list[str] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(keychain, "forbid_dialogs", lambda: forbidden.append("forbidden"))
    return forbidden


def put_keyring(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    keyring = ModuleType("keyring")
    keyring.get_password = lambda *_: refuse(number)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)


@pytest.mark.parametrize(
    "number",
    [
        keychain.INTERACTION_NOT_ALLOWED,
        keychain.INTERACTION_REQUIRED,
        keychain.AUTHORIZATION_FAILED,
    ],
)
def test_a_keychain_that_would_ask_is_refused_in_words(
    dialogs: list[str], monkeypatch: pytest.MonkeyPatch, number: int
):
    put_keyring(monkeypatch, number)

    with pytest.raises(KeyringError, match="`wfhagent enroll` stores a new token"):
        SystemKeyring().get("https://wfh.example.com")

    assert dialogs == ["forbidden"], "before it was asked"


def test_any_other_error_stays_as_it_is(dialogs: list[str], monkeypatch: pytest.MonkeyPatch):
    put_keyring(monkeypatch, -1)

    with pytest.raises(WrappedError):
        SystemKeyring().get("https://wfh.example.com")


def test_other_systems_have_no_such_dialogs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(keychain, "forbid_dialogs", lambda: pytest.fail("only macOS"))
    with system_keyrings._without_dialogs():
        pass
