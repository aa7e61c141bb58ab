"""Linux: sysfs knows whether Wi-Fi is connected, NetworkManager or `iw` how well."""

import re
from pathlib import Path

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command
from wfhagent.system.probe import is_folder
from wfhagent_wifi.link import NO_WIFI, Link, percent_of

INTERFACES = Path("/sys/class/net")
# It takes what was seen last: a scan would cost seconds, and power.
_LIST = (
    *("nmcli", "--terse", "--escape", "no", "--fields", "IN-USE,SIGNAL,SSID"),
    *("device", "wifi", "list", "--rescan", "no"),
)
_IN_USE = re.compile(r"^\*:(?P<signal>\d+):(?P<name>.*)$", re.MULTILINE)
_SIGNAL = re.compile(r"^\s*signal: (?P<dbm>-?\d+)", re.MULTILINE)
_SSID = re.compile(r"^\s*SSID: (?P<name>.+)$", re.MULTILINE)


def read(interfaces: Path = INTERFACES, ask: Ask = ask_command) -> Link:
    """Return the state of the Wi-Fi.

    Raises:
        AbsentError: there is none.
    """
    wireless = [one for one in sorted(interfaces.iterdir()) if is_folder(one / "phy80211")]
    if not wireless:
        raise AbsentError(NO_WIFI)
    for interface in wireless:
        if _is_up(interface):
            return _details(interface.name, ask)
    return Link(connected=False)


def _is_up(interface: Path) -> bool:
    try:
        return (interface / "operstate").read_text(encoding="ascii").strip() == "up"
    except OSError:
        # It was unplugged.
        return False


def _details(interface: str, ask: Ask) -> Link:
    """Return the details of *interface*, which is connected."""
    for command, parse in ((_LIST, from_nmcli), (("iw", "dev", interface, "link"), from_iw)):
        try:
            found = parse(ask(command))
        except AbsentError:
            continue
        if found is not None:
            return found
    return Link(connected=True, reason="neither NetworkManager nor iw knows it")


def from_nmcli(printed: str) -> Link | None:
    """Return the network in use, of the list that nmcli *printed*; None when none is."""
    found = _IN_USE.search(printed)
    if found is None:
        return None
    return Link(connected=True, signal=int(found["signal"]), name=found["name"] or None)


def from_iw(printed: str) -> Link | None:
    """Return what `iw dev … link` *printed*; None when it knows no connection."""
    signal, name = _SIGNAL.search(printed), _SSID.search(printed)
    if signal is None:
        return None
    return Link(
        connected=True,
        signal=percent_of(float(signal["dbm"])),
        name=name["name"] if name is not None else None,
    )
