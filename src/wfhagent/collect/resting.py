"""Leaves alone for a while who had to be ended: it would cost its time limit again and again."""

from dataclasses import dataclass, field

REST_SECONDS = 3600.0


@dataclass(slots=True)
class Resting:
    """Remembers whose process had to be ended, or died, and why. *elapsed* are seconds."""

    _until: dict[str, tuple[float, str]] = field(default_factory=dict)

    def reason(self, name: str, elapsed: float) -> str:
        """Return why *name* is not asked now; empty when it is."""
        until, why = self._until.get(name, (elapsed, ""))
        if elapsed >= until:
            return ""
        return f"{why}; it is asked again within the hour"

    def rest(self, name: str, why: str, elapsed: float) -> None:
        """Leave *name* alone from now on for an hour."""
        self._until[name] = (elapsed + REST_SECONDS, why)
