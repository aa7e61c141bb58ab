"""Linux: interfaces of WireGuard, tun and PPP in sysfs, and what NetworkManager calls a VPN."""

from pathlib import Path

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command

INTERFACES = Path("/sys/class/net")
_ACTIVE = ("nmcli", "--terse", "--fields", "TYPE,STATE", "connection", "show", "--active")
_LIMIT_SECONDS = 1.5
"""A heartbeat waits 2 seconds."""
_ARPHRD_PPP = "512"
_IFF_UP = 0x1
_TUN_MODE, _IFF_TUN = 0xF, 0x1
"""tap, the other mode, is what virtual machines use."""
_WORKING = {"up", "unknown"}
"""A tun without its program is "down", though it is configured to be up."""


def is_connected(interfaces: Path = INTERFACES, ask: Ask | None = None) -> bool:
    """Tell whether an interface of a VPN is up, or one that has no interface (IPsec)."""
    if any(_is_vpn(one) and _is_up(one) for one in sorted(interfaces.iterdir())):
        return True
    try:
        return is_active((ask or _ask)(_ACTIVE))
    except AbsentError:
        # Without NetworkManager there is nothing more to know.
        return False


def _ask(command: tuple[str, ...]) -> str:
    return ask_command(command, limit_seconds=_LIMIT_SECONDS)


def is_active(printed: str) -> bool:
    """Return whether *printed*, the output of nmcli, has a VPN that is connected."""
    return any(line in {"vpn:activated", "wireguard:activated"} for line in printed.splitlines())


def _is_vpn(interface: Path) -> bool:
    if "DEVTYPE=wireguard" in _text(interface / "uevent").splitlines():
        return True
    mode = _number(interface / "tun_flags") & _TUN_MODE
    return mode == _IFF_TUN or _text(interface / "type") == _ARPHRD_PPP


def _is_up(interface: Path) -> bool:
    is_configured = bool(_number(interface / "flags") & _IFF_UP)
    return is_configured and _text(interface / "operstate") in _WORKING


def _number(file: Path) -> int:
    text = _text(file)
    return int(text, 16) if text else 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
