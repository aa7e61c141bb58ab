"""How the agent reaches the person at the screen."""

from dataclasses import dataclass

from wfhagent.assembly import Assembly
from wfhagent.notice.announce import StartAnnouncement, show_in_child
from wfhagent.notice.register import Register, register_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What they acknowledged is in *register*; *start* tells them that the agent runs."""

    register: Register
    start: StartAnnouncement


class PersonAtScreen:
    """The person at this machine, whom the desktop notifies once in the life of the process."""

    def __init__(self) -> None:
        self._person: Person | None = None

    def __call__(self, assembly: Assembly) -> Person:
        """Return them; another agent of the process that opens the outbox again meets the same."""
        if self._person is None:
            start = StartAnnouncement(show_in_child(assembly.program))
            self._person = Person(register=register_of(assembly), start=start)
        return self._person


def nobody(assembly: Assembly) -> Person:
    """Return somebody whom no desktop notifies, for a simulation."""
    start = StartAnnouncement(lambda _shown: "nobody is there")
    return Person(register=Register(assembly.paths.notice), start=start)
