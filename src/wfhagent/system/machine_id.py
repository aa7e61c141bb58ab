"""Which machine is this? Tells a device that was renamed from a copy of its disk."""

import hashlib
import sys
from pathlib import Path

if sys.platform == "win32":
    import winreg
elif sys.platform == "darwin":
    import ctypes

_MACHINE_ID = Path("/etc/machine-id")


def machine_hash() -> str:
    """Return a hash of the system's own number for this machine; empty where there is none.

    It stays on this device: systems ask programs not to send the number itself anywhere.
    """
    try:
        number = _number()
    except OSError:
        return ""
    return hashlib.sha256(b"wfhagent " + number).hexdigest()[:32] if number else ""


if sys.platform == "win32":

    def _number() -> bytes:
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        path = r"SOFTWARE\Microsoft\Cryptography"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, access=access) as key:
            value, _ = winreg.QueryValueEx(key, "MachineGuid")
        return str(value).encode()

elif sys.platform == "darwin":

    def _number() -> bytes:
        number = ctypes.create_string_buffer(16)
        wait = (ctypes.c_long * 2)(1, 0)
        if ctypes.CDLL(None).gethostuuid(number, ctypes.byref(wait)) != 0:
            return b""
        return number.raw

else:

    def _number() -> bytes:
        return _MACHINE_ID.read_bytes().strip()
