"""Collector `power`: how full and how worn the battery is, and whether mains power is there."""

import sys

from wfhagent.plugin import (
    Absent,
    AbsentError,
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
from wfhagent_power import health


class Power(Collector[Config]):
    """Off by default. A device without a battery says so."""

    name = "power"
    facts = (
        Fact(
            "battery_percent",
            "How full the battery is",
            "Support: to plan updates when there is power",
            Personal.NO,
            type=FactType.INT,
            unit="%",
            label="Battery",
        ),
        Fact(
            "plugged_in",
            "Whether it is on mains power",
            "Support: to plan updates when there is power",
            Personal.INDIRECT,
            risk="It can show whether somebody works at a desk.",
            guard="Off by default. It is sent with detailed logs only, twice per working day.",
            type=FactType.BOOL,
            label="On mains power",
        ),
        Fact(
            "battery_health",
            "How much a full battery holds, compared with a new one",
            "Support: to replace worn batteries in time",
            Personal.NO,
            type=FactType.INT,
            unit="%",
            label="Battery health",
        ),
    )
    # Wear changes over months, and nobody needs the charge of this minute.
    occasions = frozenset({Occasion.DETAILED_LOG})

    def collect(self, context: Context) -> Facts:
        """Return the charge, the mains and the wear; each alone may be missing."""
        charge = attempt(_charge)
        if isinstance(charge, Absent):
            return dict.fromkeys((fact.name for fact in self.facts), charge)
        percent, plugged_in = charge
        return {
            "battery_percent": percent,
            "plugged_in": Absent("the system does not know") if plugged_in is None else plugged_in,
            "battery_health": attempt(lambda: health.of_battery(sys.platform)),
        }


def _charge() -> tuple[int, bool | None]:
    """Return how full the battery is, in percent, and whether the device is plugged in."""
    import psutil  # noqa: PLC0415 -- needed twice a day

    battery = psutil.sensors_battery()
    if battery is None:
        raise AbsentError("this device has no battery")
    return round(battery.percent), battery.power_plugged


@hookimpl
def register_collectors() -> list[type[Collector[Config]]]:
    """Register the collector."""
    return [Power]
