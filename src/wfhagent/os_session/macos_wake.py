"""Whether a Mac is awake for its user: in a dark wake it works with the lid closed.

The kernel publishes what is powered as "System Capabilities" of IOPMrootDomain (xnu: IOPM.h,
IOPMrootDomain.cpp). A display that is dark because nobody types is another matter: the Mac is on.
"""

import ctypes
from typing import Any

CPU, GRAPHICS = 0x01, 0x02  # kIOPMSystemCapabilityCPU, kIOPMSystemCapabilityGraphics
_FRAMEWORKS = "/System/Library/Frameworks"
_UTF8, _SINT64 = 0x08000100, 4  # kCFStringEncodingUTF8, kCFNumberSInt64Type


def is_dark_wake(capabilities: int | None) -> bool:
    """Tell whether the Mac works without its display; unknown counts as awake."""
    if capabilities is None:
        return False
    return bool(capabilities & CPU) and not capabilities & GRAPHICS


def system_capabilities() -> int | None:
    """Return the bits of what is powered now; None where the kernel does not say."""
    try:
        iokit, core = _load()
    except (OSError, AttributeError):
        return None
    # The matching dictionary is released by the call that takes it.
    root = iokit.IOServiceGetMatchingService(0, iokit.IOServiceMatching(b"IOPMrootDomain"))
    if not root:
        return None
    key = core.CFStringCreateWithCString(None, b"System Capabilities", _UTF8)
    value = iokit.IORegistryEntryCreateCFProperty(root, key, None, 0)
    iokit.IOObjectRelease(root)
    core.CFRelease(key)
    if not value:
        return None
    number = ctypes.c_int64()
    is_number = core.CFNumberGetValue(value, _SINT64, ctypes.byref(number))
    core.CFRelease(value)
    return number.value if is_number else None


def _load() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """Load IOKit and Core Foundation and say what their functions take (IOKitLib.h, CFNumber.h)."""
    iokit = ctypes.CDLL(f"{_FRAMEWORKS}/IOKit.framework/IOKit")
    core = ctypes.CDLL(f"{_FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
    pointer, word = ctypes.c_void_p, ctypes.c_uint32
    functions: tuple[tuple[Any, Any, list[Any]], ...] = (
        (iokit.IOServiceMatching, pointer, [ctypes.c_char_p]),
        (iokit.IOServiceGetMatchingService, word, [word, pointer]),
        (iokit.IORegistryEntryCreateCFProperty, pointer, [word, pointer, pointer, word]),
        (iokit.IOObjectRelease, ctypes.c_int, [word]),
        (core.CFStringCreateWithCString, pointer, [pointer, ctypes.c_char_p, word]),
        (core.CFNumberGetValue, ctypes.c_ubyte, [pointer, ctypes.c_long, pointer]),
        (core.CFRelease, None, [pointer]),
    )
    for function, result, arguments in functions:
        function.restype, function.argtypes = result, arguments
    return iokit, core
