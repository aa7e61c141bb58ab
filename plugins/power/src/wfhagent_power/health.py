"""What a full battery still holds, in percent of what it held when it was new."""

import plistlib
from collections.abc import Iterator
from pathlib import Path

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command, ask_powershell, json_of

SUPPLIES = Path("/sys/class/power_supply")
_UNKNOWN = "the battery does not know how much it held when it was new"
_IOREG = ("ioreg", "-r", "-c", "AppleSmartBattery", "-a")
_WINDOWS = (
    "$new = Get-CimInstance -Namespace root/wmi -ClassName BatteryStaticData; "
    "$now = Get-CimInstance -Namespace root/wmi -ClassName BatteryFullChargedCapacity; "
    "@{ design = ($new | Measure-Object DesignedCapacity -Sum).Sum; "
    "full = ($now | Measure-Object FullChargedCapacity -Sum).Sum } | ConvertTo-Json -Compress"
)


def of_battery(platform: str) -> int:
    """Return the health of the battery on *platform*, in percent.

    Raises:
        AbsentError: the system does not know it.
    """
    if platform == "win32":
        return from_json(ask_powershell(_WINDOWS))
    if platform == "darwin":
        return from_ioreg(ask_command)
    return from_supplies(SUPPLIES)


def from_supplies(folder: Path) -> int:
    """Return the health from *folder*, which Linux has at `/sys/class/power_supply`.

    A laptop with two batteries has one health. The battery of a mouse is none of the laptop.
    """
    full = design = 0
    for supply in sorted(folder.iterdir()):
        if _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device":
            for now, new in _capacities(supply):
                full, design = full + now, design + new
    return _percent(full, design)


def _capacities(supply: Path) -> Iterator[tuple[int, int]]:
    """Yield what *supply* holds and held, in µWh or, where it counts charge, in µAh."""
    for unit in ("energy", "charge"):
        now, new = _text(supply / f"{unit}_full"), _text(supply / f"{unit}_full_design")
        if now.isdigit() and new.isdigit():
            yield int(now), int(new)
            return


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def from_ioreg(ask: Ask) -> int:
    """Return the health from macOS' registry of devices, in mAh."""
    batteries = plistlib.loads(ask(_IOREG).encode() or b"<plist><array/></plist>")
    full = design = 0
    for battery in batteries:
        # MaxCapacity is mAh on Intel, and 100 on Apple silicon.
        full += battery.get("AppleRawMaxCapacity") or battery.get("MaxCapacity", 0)
        design += battery.get("DesignCapacity", 0)
    return _percent(full, design)


def from_json(text: str) -> int:
    """Return the health from what PowerShell printed, in mWh."""
    found = json_of(text)
    return _percent(found["full"] or 0, found["design"] or 0)


def _percent(full: float, design: float) -> int:
    if full <= 0 or design <= 0:
        raise AbsentError(_UNKNOWN)
    # A new battery may hold a little more than is printed on it.
    return min(100, round(100 * full / design))
