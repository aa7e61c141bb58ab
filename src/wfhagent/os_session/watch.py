"""What every watch over the end of the session offers, and the one that hears nothing."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum


class Ending(StrEnum):
    """How the session ends."""

    SHUTDOWN = "shutdown"
    LOGOUT = "logout"
    SUSPEND = "suspend"


class SessionWatch(ABC):
    """Hears from the operating system that the session ends, and holds it up for a while.

    Not every end comes this way: on Linux a log-out, and on macOS a log-out and a shutdown, reach
    the agent as SIGTERM from the service manager, which is for the caller to handle.
    """

    @abstractmethod
    def start(self, wake: Callable[[], None]) -> None:
        """Begin to listen; *wake* is called from another thread when an end is announced.

        Never raises: a system without such announcements is logged once, and nothing will be
        announced.
        """

    @abstractmethod
    def ending(self) -> Ending | None:
        """Return what is announced and not yet answered by `done`."""

    def attended(self) -> bool:
        """Tell whether the employee is logged in; else this agent ends, and reports nothing more.

        Asked before each heartbeat and log. Where the system starts and ends the agent with the
        session, its running says so.
        """
        return True

    def is_dark(self) -> bool:
        """Tell whether the machine works while its user takes it for asleep: a dark wake."""
        return False

    @abstractmethod
    def done(self) -> None:
        """Let the system go on: what had to be done is done."""

    @abstractmethod
    def close(self) -> None:
        """Stop listening and let go of whatever is held up."""


class NoWatch(SessionWatch):
    """Never announces anything."""

    def start(self, wake: Callable[[], None]) -> None:
        pass

    def ending(self) -> Ending | None:
        return None

    def done(self) -> None:
        pass

    def close(self) -> None:
        pass
