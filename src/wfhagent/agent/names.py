"""The names under which this agent reports."""

import re
from pathlib import Path

from wfhagent.collect.gather import CollectedFacts
from wfhagent.errors import PluginError
from wfhagent.payload import Names
from wfhagent.status import read_status

# What the collector `identity` gives while the system's directory of users is not reached.
_STAND_IN = re.compile(r"uid-\d+\Z", re.ASCII)


def names_from(facts: CollectedFacts, known: Names | None = None) -> Names:
    """Return user and host from *facts*, else as *known* from before.

    A number instead of a user's name is no name while one is known.

    Raises:
        PluginError: no collector gives them and they were never known.
    """
    username = facts.known.get("username")
    if known and (not username or _STAND_IN.match(str(username))):
        username = known.username
    hostname = facts.known.get("hostname") or (known and known.hostname)
    if not username or not hostname:
        reasons = "; ".join(f"{fact}: {why}" for fact, why in facts.absent.items())
        raise PluginError(
            "No plugin gives username and hostname; is `identity` disabled in agent.toml? "
            f"{reasons or 'See `wfhagent plugins`.'}"
        )
    return Names(username=str(username), hostname=str(hostname))


def last_names(file: Path) -> Names | None:
    """Return the names that the agent reported under when it last ran; None if it never did."""
    status = read_status(file)
    if status is None or not status.username or not status.hostname:
        return None
    return Names(username=status.username, hostname=status.hostname)
