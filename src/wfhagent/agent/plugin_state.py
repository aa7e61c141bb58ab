"""How the plugins of a running agent do: which fail, which are left alone, which wait."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from wfhagent.agent.parts import Parts
from wfhagent.agent.restart import Restart
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.deliver.delivery_state import TRANSPORT_FAILED
from wfhagent.schedule.pause import Pause
from wfhagent.system.sentence import sentence

MOST_NAMED = 12
"""Plugins of each list; the server takes 16 KiB of health."""


class PluginState:
    """Knows what goes wrong with the plugins of *assembly*."""

    def __init__(self, assembly: Assembly, parts: Parts, clock: Clock) -> None:
        self._assembly = assembly
        self._parts = parts
        self._clock = clock
        self._restart = Restart(assembly.settings, assembly.catalog, assembly.drop_ins)

    def failing(
        self, of_log: Mapping[str, str], of_heartbeat: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Return one sentence for each plugin that is not used, or did not do its part last.

        *of_log* and *of_heartbeat* are the collectors' failures.
        """
        return {
            **self._assembly.unused(),
            **of_log,
            **of_heartbeat,
            **self._parts.calendars.failing,
            **self._transport_failing(),
        }

    def report(self, now: datetime) -> Mapping[str, Any]:
        """Return the members of `health` about plugins; what is empty is left out there."""
        pauses = islice(sorted(self._pauses().items()), MOST_NAMED)
        return {
            "quarantine": {name: _described(pause, now) for name, pause in pauses},
            "restart_pending": self._restart.pending()[:MOST_NAMED],
        }

    def _pauses(self) -> Mapping[str, Pause]:
        elapsed = self._clock.elapsed()
        of_transports = {
            name: each.pause(elapsed) for name, each in self._assembly.quarantines.items()
        }
        return {
            **self._parts.runner.pauses(),
            **self._parts.calendars.pauses(),
            **{name: pause for name, pause in of_transports.items() if pause is not None},
        }

    def _transport_failing(self) -> Mapping[str, str]:
        """Return the sentence of a transport that fails itself, or did lately, by its name."""
        state = self._parts.courier.state
        if state.code == TRANSPORT_FAILED:
            return {self._parts.transport.name: state.problem}
        # The server learns it only when heartbeats arrive again.
        past = self._assembly.quarantines
        return {name: found.describe(name) for name, found in past.items() if found.failures}


def _described(pause: Pause, now: datetime) -> Mapping[str, Any]:
    described = {"since": _moment(now, -pause.begun_seconds), "why": sentence(pause.why)}
    if pause.left_seconds:
        described["until"] = _moment(now, pause.left_seconds)
    return described


def _moment(now: datetime, seconds: float) -> str:
    at = (now + timedelta(seconds=seconds)).astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
