"""Whether a Mac shows this session: neither locked nor switched out by fast user switching.

CGSessionCopyCurrentDictionary (CGSession.h) gives kCGSSessionOnConsoleKey, false while another
user's session is on the screen, and CGSSessionScreenIsLocked, which is there while it is locked.
"""

import ctypes
from typing import Any

FRAMEWORKS = "/System/Library/Frameworks"
LOCKED, ON_CONSOLE = b"CGSSessionScreenIsLocked", b"kCGSSessionOnConsoleKey"
_UTF8 = 0x08000100


def is_locked() -> bool:
    """Tell whether somebody at the screen would not see this session; unknown counts as seen."""
    core = ctypes.CDLL(f"{FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
    graphics = ctypes.CDLL(f"{FRAMEWORKS}/CoreGraphics.framework/CoreGraphics")
    return is_hidden(core, graphics)


def is_hidden(core: Any, graphics: Any) -> bool:
    """Tell the same by *core*, which is Core Foundation, and *graphics*, which is Core Graphics."""
    declare(core, graphics)
    session = graphics.CGSessionCopyCurrentDictionary()
    if not session:
        return False
    try:
        locked, on_console = _value(core, session, LOCKED), _value(core, session, ON_CONSOLE)
        switched_out = on_console is not None and not core.CFBooleanGetValue(on_console)
        return locked is not None or switched_out
    finally:
        core.CFRelease(session)


def declare(core: Any, graphics: Any) -> None:
    """Say what the functions take and give (CFString.h, CFDictionary.h, CFNumber.h)."""
    pointer = ctypes.c_void_p
    for function, result, arguments in (
        (graphics.CGSessionCopyCurrentDictionary, pointer, []),
        (core.CFStringCreateWithCString, pointer, [pointer, ctypes.c_char_p, ctypes.c_uint32]),
        (core.CFDictionaryGetValue, pointer, [pointer, pointer]),
        (core.CFBooleanGetValue, ctypes.c_ubyte, [pointer]),
        (core.CFRelease, None, [pointer]),
    ):
        function.restype, function.argtypes = result, arguments


def _value(core: Any, dictionary: int, key: bytes) -> int | None:
    """Return what *dictionary* has for *key*, which it goes on to own; None for nothing."""
    name = core.CFStringCreateWithCString(None, key, _UTF8)
    try:
        value: int | None = core.CFDictionaryGetValue(dictionary, name)
        return value
    finally:
        core.CFRelease(name)
