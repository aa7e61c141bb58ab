"""A question to a keyring, which may wait for its owner forever."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from wfhagent.errors import KeyringError

T = TypeVar("T")


class Question(Generic[T]):
    """A call of a keyring, in a thread of its own: it may wait for its owner forever."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._answers: list[T] = []
        self._error = KeyringError("it gave no answer")
        self._thread = threading.Thread(target=self._work, name="keyring", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._answers.append(self._ask())
        except KeyringError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 -- every keyring has errors of its own
            self._error = KeyringError(f"{type(error).__name__}: {error}")

    def is_answered(self, *, within: float) -> bool:
        """Tell whether the answer is there, after *within* seconds at most."""
        self._thread.join(within)
        return not self._thread.is_alive()

    def answer(self) -> T:
        """Return the answer, or raise the KeyringError that came instead."""
        if self._answers:
            return self._answers[0]
        raise self._error
