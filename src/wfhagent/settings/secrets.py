"""Where the secrets of plugins are from: agent.toml itself, the environment, or the keyring."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wfhagent.errors import KeyringError, SecretError
from wfhagent.plugin import Secret
from wfhagent.system.known_secrets import remember_secret

ENVIRONMENT, KEYRING = "env", "keyring"
EXPECTED = "Expected a secret"

ReadKeyring = Callable[[str], str | None]
"""Returns the secret of a plugin in the keyring by its name, None when there is none; raises
KeyringError when the keyring gives no answer."""


def no_keyring(_name: str) -> str | None:
    """Have no keyring.

    Raises:
        KeyringError: always.
    """
    raise KeyringError("no keyring is used here")


def source_of(value: object) -> tuple[str, str] | None:
    """Return "env" or "keyring" and the name, where *value* of agent.toml names such a source."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((kind, name),) = value.items()
    if kind in {ENVIRONMENT, KEYRING} and isinstance(name, str) and name:
        return kind, name
    return None


def sources_in(value: object) -> Iterator[tuple[str, str]]:
    """Yield all sources of secrets that *value* of agent.toml names, at any depth."""
    source = source_of(value)
    if source is not None:
        yield source
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from sources_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from sources_in(inner)


def make_secret(
    value: object, *, where: str, key: str, table: str, read_keyring: ReadKeyring
) -> Secret[str]:
    """Return the secret that *value* of agent.toml describes; *where* and *key* are for messages.

    Raises:
        ValueError: it describes none; the text does not show it.
    """
    if isinstance(value, str):
        return Secret(value)
    source = source_of(value)
    if source is None:
        raise ValueError(EXPECTED)
    kind, name = source
    place = f"{where} {key}".rstrip()
    if kind == ENVIRONMENT:
        remember_secret(os.environ.get(name, ""))
        return Secret.read_by(lambda: _from_environment(name, place))
    store = f"wfhagent plugin secret set {table.removeprefix('plugins.')} {key or 'SETTING'}"
    return Secret.read_by(lambda: _from_keyring(name, place, store, read_keyring))


def remember_environment(tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Mask from now on what the environment variables hold that *tables* name as secrets."""
    for kind, name in sources_in(tables):
        if kind == ENVIRONMENT:
            remember_secret(os.environ.get(name, ""))


def remember_texts(value: object) -> None:
    """Mask from now on all texts in *value*, a secret setting of agent.toml."""
    if isinstance(value, str):
        remember_secret(value)
    elif isinstance(value, list | tuple):
        for inner in value:
            remember_texts(inner)
    elif isinstance(value, Mapping) and source_of(value) is None:
        for inner in value.values():
            remember_texts(inner)


def _from_environment(name: str, place: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SecretError(
            f"{place} cannot be read: the agent has no environment variable {name}. Set it for the "
            "user who runs the agent, and start the agent again."
        )
    return value


def _from_keyring(name: str, place: str, store: str, read_keyring: ReadKeyring) -> str:
    try:
        value = read_keyring(name)
    except KeyringError as error:
        raise SecretError(
            f"{place} cannot be read: the keyring gives no answer ({error}). Unlock it, or use "
            "{ env = … } instead."
        ) from error
    if not value:
        raise SecretError(
            f"{place} cannot be read: the keyring has no entry {name!r}. Store it with `{store}`."
        )
    return value
