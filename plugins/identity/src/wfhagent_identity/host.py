"""The name that somebody gave to this machine, whatever the network calls it today."""

import hashlib
import socket
import sys
from pathlib import Path
from typing import Any

HOSTNAME = Path("/etc/hostname")
MACHINE_ID = Path("/etc/machine-id")
_NO_NAMES = frozenset({"", "localhost", "(none)"})
_SYSTEM_CONFIGURATION = (
    "/System/Library/Frameworks/SystemConfiguration.framework/SystemConfiguration"
)
_UTF8 = 0x08000100


def static_name() -> str:
    """Return the first label of the machine's static name; never `localhost`.

    Raises:
        OSError: the machine has no name of its own, and nothing to make one from.
    """
    for name in (_configured_name(), socket.gethostname()):
        whole = name.strip()
        label = whole.partition(".")[0]
        # Of an address that serves as a name the first part says nothing.
        if label.isdecimal():
            return whole
        if label.lower() not in _NO_NAMES:
            return label
    return _made_name()


def mac_name(library: Any) -> str:
    """Return the LocalHostName of a Mac, else its ComputerName; empty when it has neither.

    *library* is SystemConfiguration (SCDynamicStoreCopySpecific.h).
    """
    from ctypes import c_void_p as pointer  # noqa: PLC0415 -- not for agents elsewhere

    local, computer = (
        library.SCDynamicStoreCopyLocalHostName,
        library.SCDynamicStoreCopyComputerName,
    )
    local.restype, local.argtypes = pointer, [pointer]
    computer.restype, computer.argtypes = pointer, [pointer, pointer]
    return _text(library, local(None)) or _text(library, computer(None, None))


def _text(library: Any, string: int | None) -> str:
    """Return the text of a CFString, which is released; empty for none."""
    if not string:
        return ""
    import ctypes  # noqa: PLC0415 -- not for agents elsewhere

    pointer = ctypes.c_void_p
    read, release = library.CFStringGetCString, library.CFRelease
    read.restype = ctypes.c_ubyte
    read.argtypes = [pointer, ctypes.c_char_p, ctypes.c_long, ctypes.c_uint32]
    release.restype, release.argtypes = None, [pointer]
    buffer = ctypes.create_string_buffer(256)
    try:
        found = read(string, buffer, len(buffer), _UTF8)
        return buffer.value.decode(errors="replace").strip() if found else ""
    finally:
        release(string)


def _made_name() -> str:
    """Return a name for a machine that has none, always the same one."""
    number = MACHINE_ID.read_bytes().strip()
    return f"unnamed-{hashlib.sha256(b'wfhagent hostname ' + number).hexdigest()[:8]}"


if sys.platform == "linux":

    def _configured_name() -> str:
        try:
            text = HOSTNAME.read_bytes().decode("utf-8", "surrogateescape")
        except OSError:
            return ""
        lines = (line.strip() for line in text.splitlines())
        return next((line for line in lines if line and not line.startswith("#")), "")

elif sys.platform == "darwin":

    def _configured_name() -> str:
        # The name that `gethostname` gives follows DHCP.
        import ctypes  # noqa: PLC0415 -- not for agents elsewhere

        return mac_name(ctypes.CDLL(_SYSTEM_CONFIGURATION))

else:

    def _configured_name() -> str:
        # ComputerName, whole; what DHCP says does not change it.
        return socket.gethostname()
