"""The secrets of plugins in the system's keyring."""

from wfhagent.errors import KeyringError
from wfhagent.identity.keyring import Keyring, system_keyring
from wfhagent.identity.question import Question

LIMIT_SECONDS = 20.0
"""A keyring that waits for its owner does so for ever."""


def account_of(name: str) -> str:
    """Return the account of the secret *name*; that of the device token is an address."""
    return f"plugin:{name}"


def read_plugin_secret(name: str, keyring: Keyring | None = None) -> str | None:
    """Return the secret *name*; None when the keyring has none.

    Raises:
        KeyringError: it does not answer, or is locked.
    """
    opened = system_keyring() if keyring is None else keyring
    question = Question(lambda: opened.get(account_of(name)))
    if not question.is_answered(within=LIMIT_SECONDS):
        raise KeyringError(f"it did not answer within {LIMIT_SECONDS:g} s")
    return question.answer()


def store_plugin_secret(name: str, secret: str, keyring: Keyring | None = None) -> str:
    """Store *secret* under *name*, and return what people call the keyring.

    Raises:
        KeyringError: it does not take it.
    """
    opened = system_keyring() if keyring is None else keyring

    def store() -> bool:
        opened.set(account_of(name), secret)
        return opened.get(account_of(name)) == secret

    question = Question(store)
    if not question.is_answered(within=LIMIT_SECONDS):
        raise KeyringError(f"it did not answer within {LIMIT_SECONDS:g} s")
    if not question.answer():
        raise KeyringError("it does not give back what it was given")
    return opened.name
