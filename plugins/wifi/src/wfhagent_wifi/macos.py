"""macOS: the report of the system about its Wi-Fi. It hides the name from most programs."""

from collections.abc import Mapping
from typing import Any

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command, json_of
from wfhagent_wifi.link import NO_WIFI, Link, percent_of

_REPORT = ("system_profiler", "-json", "SPAirPortDataType")
_CONNECTED = "spairport_status_connected"
_HIDDEN = "<redacted>"


def read(ask: Ask = ask_command) -> Link:
    """Return the state of the Wi-Fi.

    Raises:
        AbsentError: there is none.
    """
    return from_report(ask(_REPORT))


def from_report(printed: str) -> Link:
    """Return the state of the first interface that is connected, of the *printed* report.

    Raises:
        AbsentError: it has no interface.
    """
    interfaces = [
        interface
        for part in json_of(printed).get("SPAirPortDataType", [])
        for interface in part.get("spairport_airport_interfaces", [])
    ]
    if not interfaces:
        raise AbsentError(NO_WIFI)
    for interface in interfaces:
        if interface.get("spairport_status_information") == _CONNECTED:
            return _link(interface.get("spairport_current_network_information", {}))
    return Link(connected=False)


def _link(network: Mapping[str, Any]) -> Link:
    # "-52 dBm / -93 dBm": the signal, and the noise.
    signal = str(network.get("spairport_signal_noise", "")).partition(" ")[0]
    name = network.get("_name")
    return Link(
        connected=True,
        signal=percent_of(float(signal)) if signal.lstrip("-").isdigit() else None,
        name=None if name == _HIDDEN else name,
        reason="macOS does not show it to this program",
    )
