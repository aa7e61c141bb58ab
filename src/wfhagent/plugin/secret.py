"""A setting that nobody may see, such as a token."""

from collections.abc import Callable
from typing import Any, Generic, Never, Self, TypeVar

from wfhagent.system.known_secrets import remember_secret

HIDDEN = "hidden"
TextT = TypeVar("TextT", bound=str)


class Secret(Generic[TextT]):
    """The value of a setting, which only `reveal` gives.

        class JiraConfig(Config, frozen=True, kw_only=True):
            token: Annotated[Secret[str], Meta(description="API token of Jira.")]

    In agent.toml it is a text, `{ env = "NAME" }` for an environment variable, or
    `{ keyring = "NAME" }` for an entry of the keyring. In a test it is `Secret("value")`. It is
    never shown: not by `repr`, and where a log, a fact or an error has the value, it is masked.
    It is false when it is an empty text.
    """

    __slots__ = ("_is_set", "_read")

    def __init__(self, value: TextT) -> None:
        remember_secret(value)
        self._is_set = bool(value)
        self._read: Callable[[], TextT] = lambda: value

    @classmethod
    def read_by(cls, read: Callable[[], TextT]) -> Self:
        """Return a secret whose value *read* finds, each time that it is needed."""
        secret = cls.__new__(cls)
        secret._is_set, secret._read = True, read  # noqa: SLF001 -- of this class
        return secret

    def reveal(self) -> TextT:
        """Return the value: read at this moment, so ask where you need it.

        Raises:
            SecretError: the environment variable or the entry of the keyring is missing; the text
                says what to do. Let it pass: it becomes the reason why there are no facts.
        """
        value = self._read()
        remember_secret(value)
        return value

    def __bool__(self) -> bool:
        return self._is_set

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> Never:
        raise TypeError("A Secret cannot be pickled: its value would be readable.")


def encode_hidden(value: object) -> str:
    """Return what is shown in place of *value*, a Secret: a hook of msgspec.

    Raises:
        NotImplementedError: it is something else.
    """
    if isinstance(value, Secret):
        return HIDDEN if value else ""
    raise NotImplementedError
