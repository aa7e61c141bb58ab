"""Windows: the state by PowerShell; signal and name by netsh.

Since Windows 11 24H2, netsh answers only if the person allows programs to use the location.
"""

import re
from collections.abc import Callable

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command, ask_powershell
from wfhagent_wifi.link import NO_WIFI, Link

# 9 is NdisPhysicalMediumNative802_11. Unlike texts, numbers are the same in each language.
STATES = (
    "'states ' + (@(Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_NetAdapter | "
    "Where-Object NdisPhysicalMedium -eq 9 | "
    "Select-Object -ExpandProperty MediaConnectState) -join ' ')"
)
_CONNECTED = "1"
_INTERFACES = ("netsh", "wlan", "show", "interfaces")
# "SSID" and the percent sign are the same in each language.
_SSID = re.compile(r"^\s*SSID\s*: (?P<name>.+?)\s*$", re.MULTILINE)
_SIGNAL = re.compile(r"^[^:]+: (?P<percent>\d{1,3})\s?%\s*$", re.MULTILINE)


def read(ask_script: Callable[[str], str] = ask_powershell, ask: Ask = ask_command) -> Link:
    """Return the state of the Wi-Fi.

    Raises:
        AbsentError: there is none.
    """
    begin, *states = ask_script(STATES).split() or [""]
    if begin != "states":
        raise AbsentError("PowerShell gave no answer")
    if not states:
        raise AbsentError(NO_WIFI)
    if _CONNECTED not in states:
        return Link(connected=False)
    try:
        return from_netsh(ask(_INTERFACES))
    except AbsentError as error:
        return Link(connected=True, reason=str(error))


def from_netsh(printed: str) -> Link:
    """Return signal and name, of what netsh *printed* about a connection."""
    name, signal = _SSID.search(printed), _SIGNAL.search(printed)
    return Link(
        connected=True,
        signal=int(signal["percent"]) if signal is not None else None,
        name=name["name"] if name is not None else None,
    )
