"""How the agent reaches the person at the screen."""

from dataclasses import dataclass

from wfhagent.announce import Show, show_in_child
from wfhagent.assembly import Assembly
from wfhagent.notice.register import Register, register_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What they acknowledged is in *register*; *show* shows them a notification."""

    register: Register
    show: Show


def person_at_screen(assembly: Assembly) -> Person:
    """Return the person at this machine, whom the desktop notifies."""
    return Person(register=register_of(assembly), show=show_in_child(assembly.program))


def nobody(assembly: Assembly) -> Person:
    """Return somebody whom no desktop notifies, for a simulation."""
    return Person(register=Register(assembly.paths.notice), show=lambda _shown: "nobody is there")
