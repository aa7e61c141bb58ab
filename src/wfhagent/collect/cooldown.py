"""Pauses plugins whose process had to be ended: each try would cost the whole time limit again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wfhagent.schedule.pause import Pause

COOLDOWN_SECONDS = 3600.0


@dataclass(slots=True)
class Cooldown:
    """Remembers whose process had to be ended, or died, and why. *elapsed* are seconds."""

    _until: dict[str, tuple[float, str]] = field(default_factory=dict)

    def reason(self, name: str, elapsed: float) -> str:
        """Return why *name* is not asked now; empty when it is."""
        until, why = self._until.get(name, (elapsed, ""))
        if elapsed >= until:
            return ""
        return f"{why}; it is asked again within the hour"

    def pauses(self, elapsed: float) -> Mapping[str, Pause]:
        """Return what is left alone now, by name."""
        return {
            name: Pause(elapsed - (until - COOLDOWN_SECONDS), until - elapsed, why)
            for name, (until, why) in self._until.items()
            if elapsed < until
        }

    def begin(self, name: str, why: str, elapsed: float) -> None:
        """Leave *name* alone from now on for an hour."""
        self._until[name] = (elapsed + COOLDOWN_SECONDS, why)
