"""Collector `wifi`: whether Wi-Fi is connected, and how strong its signal is."""

import sys
from collections.abc import Callable
from typing import Annotated

from wfhagent.plugin import (
    Absent,
    AbsentError,
    Collector,
    Config,
    Context,
    Fact,
    Facts,
    FactType,
    Meta,
    Occasion,
    Personal,
    attempt,
    hookimpl,
)
from wfhagent_wifi import linux, macos, windows
from wfhagent_wifi.link import Link

READERS: dict[str, Callable[[], Link]] = {
    "linux": linux.read,
    "darwin": macos.read,
    "win32": windows.read,
}
"""What knows the Wi-Fi, by `sys.platform`."""
NAME_IS_OFF = "`name` in [plugins.wifi] is off"


class WifiConfig(Config, frozen=True, kw_only=True):
    """The table `[plugins.wifi]`."""

    name: Annotated[bool, Meta(description="Send the name of the Wi-Fi network.")] = False


class Wifi(Collector[WifiConfig]):
    """Off by default. Of the network it gives no name unless IT turns that on, too."""

    name = "wifi"
    facts = (
        Fact(
            "connected",
            "Whether Wi-Fi is connected",
            "Support: to explain why a connection is slow",
            Personal.NO,
            type=FactType.BOOL,
            label="Wi-Fi connected",
        ),
        Fact(
            "signal",
            "How strong the signal of the Wi-Fi is",
            "Support: to explain why a connection is slow",
            Personal.NO,
            type=FactType.INT,
            unit="%",
            label="Wi-Fi signal",
        ),
        Fact(
            "name",
            "The name of the Wi-Fi network",
            "Support: to tell networks apart that make trouble",
            Personal.DIRECT,
            risk="It shows where somebody works: at home, in a hotel, with friends.",
            guard="Off by default, and not sent unless `name` is on.",
            type=FactType.TEXT,
            label="Wi-Fi name",
        ),
    )
    # A weak signal explains a bad day afterwards; nobody acts on that of this minute.
    occasions = frozenset({Occasion.DETAILED_LOG})
    time_limit_seconds = 60.0

    def collect(self, context: Context) -> Facts:
        """Return state and signal, and the name if it may be reported."""
        link = attempt(lambda: _read(sys.platform))
        if isinstance(link, Absent):
            facts: Facts = dict.fromkeys((fact.name for fact in self.facts), link)
        else:
            facts = link.facts()
        return facts if self.config.name else {**facts, "name": Absent(NAME_IS_OFF)}


def _read(platform: str) -> Link:
    if platform not in READERS:
        raise AbsentError("it is not known how to ask this system for its Wi-Fi")
    return READERS[platform]()


@hookimpl
def register_collectors() -> list[type[Collector[WifiConfig]]]:
    """Register the collector."""
    return [Wifi]
