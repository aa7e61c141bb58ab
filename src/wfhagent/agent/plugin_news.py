"""Reports the plugins in use to the server, once after they changed."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.outbox.store import Outbox
from wfhagent.payload import PluginReport
from wfhagent.plugins.report import report_of


class PluginNews:
    """What goes with the next heartbeat. *agent_id* is empty before the device is enrolled."""

    def __init__(self, assembly: Assembly, outbox: Outbox, agent_id: Callable[[], str]) -> None:
        self._assembly = assembly
        self._outbox = outbox
        self._agent_id = agent_id
        # The plugins stay what they are for the life of the agent. Another device begins again.
        self._known_to: str | None = None
        self._due_number = 0

    def due(self) -> tuple[PluginReport, ...]:
        """Return the reports; none when the server has them, or will have them from the outbox."""
        agent_id, before = self._agent_id(), self._known_to
        if agent_id == before:
            return ()
        reports = report_of(self._assembly.catalog, self._assembly.settings.agent.transport)
        number = _number_of(reports, agent_id)
        self._known_to = agent_id
        if before == "":
            # The device was enrolled meanwhile, and its first heartbeat has them.
            self._due_number = number
            self.stored()
            return ()
        if number == self._outbox.plugins_reported():
            return ()
        self._due_number = number
        return reports

    def stored(self) -> None:
        """Remember that what was due is in the outbox."""
        if self._due_number:
            # On a full disk the next agent reports them again.
            with contextlib.suppress(sqlite3.OperationalError):
                self._outbox.remember_plugins(self._due_number)
            self._due_number = 0


def _number_of(reports: tuple[PluginReport, ...], agent_id: str) -> int:
    """Return a number that is another one after any change."""
    digest = hashlib.sha256(msgspec.json.encode([agent_id, reports])).digest()
    return int.from_bytes(digest[:6], "big")
