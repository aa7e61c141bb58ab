"""Windows: the network adapters, as `GetAdaptersAddresses` lists them to every user.

PowerShell knows the same, and takes longer than a heartbeat waits.
"""

import ctypes
import sys

from wfhagent.plugin import AbsentError
from wfhagent_vpn.windows import Adapter

_NO_ADDRESSES = 0x1 | 0x2 | 0x4 | 0x8
"""Flags: without unicast, anycast, multicast and DNS server addresses."""
_OK, _BUFFER_OVERFLOW, _NO_DATA = 0, 111, 232
_FIRST_SIZE = 15_000
"""What Microsoft advises, so that one call is enough."""
_ATTEMPTS = 3
_UP = 1


class _Addresses(ctypes.Structure):
    """The beginning of IP_ADAPTER_ADDRESSES."""

    _fields_ = (
        *((name, ctypes.c_uint32) for name in ("length", "index")),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        *((name, ctypes.c_void_p) for name in ("unicast", "anycast", "multicast", "dns_server")),
        *((name, ctypes.c_wchar_p) for name in ("dns_suffix", "description", "friendly_name")),
        ("physical_address", ctypes.c_ubyte * 8),
        *((name, ctypes.c_uint32) for name in ("physical_length", "flags", "mtu", "kind")),
        ("status", ctypes.c_int),
    )


if sys.platform == "win32":

    def adapters() -> list[Adapter]:
        """Return the adapters.

        Raises:
            AbsentError: Windows refuses to list them.
        """
        buffer = _filled()
        found: list[Adapter] = []
        address = ctypes.addressof(buffer) if buffer is not None else 0
        while address:
            one = _Addresses.from_address(address)
            found.append(Adapter(one.description or "", one.kind, one.status == _UP))
            address = one.next or 0
        return found

    def _filled() -> ctypes.Array[ctypes.c_char] | None:
        """Return what Windows wrote; None when there is no adapter."""
        size = ctypes.c_uint32(_FIRST_SIZE)
        code = _BUFFER_OVERFLOW
        for _ in range(_ATTEMPTS):
            buffer = ctypes.create_string_buffer(size.value)
            code = ctypes.windll.iphlpapi.GetAdaptersAddresses(
                0, _NO_ADDRESSES, None, buffer, ctypes.byref(size)
            )
            if code == _OK:
                return buffer
            if code == _NO_DATA:
                return None
            if code != _BUFFER_OVERFLOW:
                break
        raise AbsentError(f"Windows does not list its network adapters: error {code}")

else:

    def adapters() -> list[Adapter]:
        """Refuse: there is no Windows to ask."""
        raise AbsentError("only Windows lists adapters this way")
