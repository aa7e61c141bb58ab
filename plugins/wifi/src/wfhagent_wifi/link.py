"""The state of the Wi-Fi, on every system."""

from typing import NamedTuple

from wfhagent.plugin import Absent, Facts

NO_WIFI = "this device has no Wi-Fi"


class Link(NamedTuple):
    """The connection: *signal* is in percent, *name* that of the network; None when unknown.

    *reason* is why either is unknown.
    """

    connected: bool
    signal: int | None = None
    name: str | None = None
    reason: str = "the system does not say"

    def facts(self) -> Facts:
        """Return all facts; what is unknown has its reason."""
        absent = Absent(self.reason if self.connected else "Wi-Fi is not connected")
        return {
            "connected": self.connected,
            "signal": absent if self.signal is None else self.signal,
            "name": absent if self.name is None else self.name,
        }


def percent_of(dbm: float) -> int:
    """Return a signal of *dbm* in percent, as Windows counts: -50 dBm is 100, -100 dBm is 0."""
    return max(0, min(100, round(2 * (dbm + 100))))
