"""What a child process may ask the agent: where this device is, and secrets of its own plugin."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from wfhagent.errors import KeyringError
from wfhagent.plugin import Whereami
from wfhagent.process.child.frames import Ask
from wfhagent.process.child.running import no_questions
from wfhagent.settings.secrets import KEYRING, ReadKeyring, sources_in
from wfhagent.system.known_secrets import remember_secret

_WHEREAMI = b"whereami"
_KEYRING = b"keyring "


class _FromKeyring(msgspec.Struct, frozen=True, kw_only=True):
    secret: str | None = None
    problem: str = ""


def answers(
    table: Mapping[str, Any], read_keyring: ReadKeyring, whereami: Callable[[], Whereami] | None
) -> Callable[[bytes], bytes]:
    """Return what answers the questions of the child of a plugin with *table* in agent.toml.

    It gets the entries of the keyring that its own table names, and no other. Without *whereami*
    it does not learn where this device is.
    """
    names = {name for kind, name in sources_in(table) if kind == KEYRING}

    def answer(question: bytes) -> bytes:
        if question == _WHEREAMI and whereami is not None:
            return msgspec.msgpack.encode(whereami())
        name = question.removeprefix(_KEYRING).decode(errors="replace")
        if question.startswith(_KEYRING) and name in names:
            return msgspec.msgpack.encode(_from_keyring(name, read_keyring))
        return no_questions(question)

    return answer


def _from_keyring(name: str, read_keyring: ReadKeyring) -> _FromKeyring:
    try:
        secret = read_keyring(name)
    except KeyringError as error:
        return _FromKeyring(problem=str(error))
    # Before the child has it: whatever it prints or raises from now on is masked here.
    remember_secret(secret or "")
    return _FromKeyring(secret=secret)


def ask_whereami(ask: Ask) -> Whereami:
    """Ask the agent, in a child, where this device is."""
    return msgspec.msgpack.decode(ask(_WHEREAMI), type=Whereami)


def ask_keyring(ask: Ask, name: str) -> str | None:
    """Ask the agent, in a child, for the secret *name* of its plugin.

    Raises:
        KeyringError: the keyring does not answer, or is locked.
    """
    answer = msgspec.msgpack.decode(ask(_KEYRING + name.encode()), type=_FromKeyring)
    if answer.problem:
        raise KeyringError(answer.problem)
    return answer.secret
