"""Collector `uptime`: when the device was started, and how long it has run since."""

from datetime import UTC, datetime, timedelta

from wfhagent.clock import SystemClock
from wfhagent.plugin import (
    Absent,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Occasion,
    Personal,
    attempt,
    hookimpl,
)


class Uptime(Collector[Config]):
    """Off by default. Sleep counts as running, as it does for the system."""

    name = "uptime"
    facts = (
        Fact(
            "last_boot",
            "When this device was last started",
            "Support: many faults end with a restart, and updates need one",
            Personal.INDIRECT,
            risk="On a laptop that is shut down every evening it shows when somebody begins.",
            guard="Off by default. It is sent with detailed logs only, twice per working day.",
            type=FactType.TIME,
            label="Last restart",
        ),
        Fact(
            "uptime",
            "How long this device has run since then, sleep included",
            "Support: to find devices that have not been restarted for weeks",
            Personal.INDIRECT,
            risk="It shows the same as the time of the start.",
            guard="Off by default. It is sent with detailed logs only, twice per working day.",
            type=FactType.DURATION,
            label="Uptime",
        ),
    )
    # Weeks are of interest, not minutes.
    occasions = frozenset({Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return both, or why they cannot be had."""
        uptime = attempt(lambda: since_boot(_boot_time(), SystemClock().laptop_time()))
        if isinstance(uptime, Absent):
            return {"last_boot": uptime, "uptime": uptime}
        boot = (context.now - uptime).replace(microsecond=0)
        return {"last_boot": boot, "uptime": uptime.total_seconds()}


def since_boot(boot: float, now: datetime) -> timedelta:
    """Return how long ago *boot* was, in seconds since 1970, in whole seconds.

    Both are of the laptop's own clock, so a wrong one makes no difference.
    """
    passed = now - datetime.fromtimestamp(boot, UTC)
    return timedelta(seconds=max(0, round(passed.total_seconds())))


def _boot_time() -> float:
    import psutil  # noqa: PLC0415 -- needed twice a day

    return psutil.boot_time()


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Uptime]
