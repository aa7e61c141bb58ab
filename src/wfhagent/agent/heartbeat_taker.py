"""Takes a heartbeat: asks the collectors once, and stores what they gave with the agent's state."""

from collections.abc import Mapping
from secrets import token_hex

from wfhagent.agent.health import health_of
from wfhagent.agent.names import last_names, names_from
from wfhagent.agent.parts import Parts
from wfhagent.agent.plugin_state import PluginState
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.payload_builder import make_heartbeat
from wfhagent.payload import Names
from wfhagent.plugin import Occasion
from wfhagent.privacy.effective_settings import effective_settings, fingerprint_of

EXPECTED_INTERVAL_SECONDS = 300.0
"""What a server takes for the interval of an agent that names none."""


class HeartbeatTaker:
    """Takes heartbeats with *parts*.

    Attributes:
        names: those of the last heartbeat; None before the first.
    """

    def __init__(self, assembly: Assembly, parts: Parts, clock: Clock) -> None:
        self.names: Names | None = None
        self._assembly = assembly
        self._parts = parts
        self._clock = clock
        self._run_id = token_hex(8)
        self._settings = fingerprint_of(effective_settings(assembly))
        self._plugins = PluginState(assembly, parts, clock)
        self._failing: Mapping[str, str] = {}

    def take(self, *, failing_for_logs: Mapping[str, str], unset_at: float | None) -> None:
        """Ask once, and store a heartbeat.

        *failing_for_logs* has a sentence for each plugin that did not do its part for the last log,
        *unset_at* are the elapsed seconds while no server has set the clock.
        """
        parts, now = self._parts, self._clock.now()
        facts = parts.runner.run(Occasion.HEARTBEAT)
        self._failing = facts.failures
        self.names = names_from(facts, self.known_names())
        heartbeat = make_heartbeat(
            facts,
            self.names,
            now=now,
            health=health_of(
                parts.outbox,
                skew=self._clock.skew(),
                failing=self.all_failing(failing_for_logs),
                delivery=parts.courier.state,
                notice=parts.gate.report(now),
                further={
                    "collected": parts.gate.collected(now),
                    "start_notice": parts.start.report(),
                    "run_id": self._run_id,
                    "settings": self._settings,
                    "heartbeat_seconds": self._unusual_interval(),
                    **parts.working_time.described(now),
                    **self._plugins.report(now),
                },
            ),
            missed=parts.outbox.days.unreported(),
            plugins=parts.plugin_news.due(),
        )
        parts.outbox.add_heartbeat(heartbeat, unset_at=unset_at)
        parts.plugin_news.stored()

    def all_failing(self, failing_for_logs: Mapping[str, str]) -> Mapping[str, str]:
        """Return one sentence for each plugin that is not used, or did not do its part last."""
        return self._plugins.failing(failing_for_logs, self._failing)

    def known_names(self) -> Names | None:
        """Return the names of before, also while a keyring is closed."""
        known = self.names or self._parts.courier.device.names()
        return known or last_names(self._assembly.paths.status)

    def _unusual_interval(self) -> float | None:
        """Return the seconds between heartbeats where they are not those that a server expects."""
        interval = self._assembly.settings.heartbeat.interval_seconds
        return None if interval == EXPECTED_INTERVAL_SECONDS else interval
