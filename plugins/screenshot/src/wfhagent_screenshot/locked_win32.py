"""Whether the screen of Windows is locked, or shows something else than the user's desktop."""

import ctypes
import sys

USERS_DESKTOP = "default"
"""Others are Winlogon, for the lock screen and UAC, and Screen-saver."""
ACTIVE = 0  # WTSActive
LOCKED = 0  # WTS_SESSIONSTATE_LOCK


class SessionInfo(ctypes.Structure):
    """WTSINFOEXW with its only level."""

    _fields_ = (
        ("Level", ctypes.c_uint32),
        # The union that follows holds 64-bit numbers.
        ("padding", ctypes.c_uint32),
        ("SessionId", ctypes.c_uint32),
        ("SessionState", ctypes.c_int32),
        ("SessionFlags", ctypes.c_int32),
        ("WinStationName", ctypes.c_uint16 * 33),
        ("UserName", ctypes.c_uint16 * 21),
        ("DomainName", ctypes.c_uint16 * 18),
        ("times", ctypes.c_int64 * 5),
        ("counters", ctypes.c_uint32 * 6),
    )


def counts_as_locked(desktop: str, session: SessionInfo | None) -> bool:
    """Tell whether what is on the screen is not the user's desktop.

    Args:
        desktop: the name of the one that has keyboard and mouse; empty when it may not be opened.
        session: what Windows says of the session; None when it says nothing.
    """
    if desktop.casefold() != USERS_DESKTOP:
        return True
    if session is None or session.Level != 1:
        return False
    # A disconnected session goes on behind the log-in screen, or in nobody's window.
    return bool(session.SessionState != ACTIVE or session.SessionFlags == LOCKED)


if sys.platform == "win32":
    from ctypes import wintypes

    _READ_OBJECTS = 0x0001  # DESKTOP_READOBJECTS
    _NAME = 2  # UOI_NAME
    _LONGEST_NAME = 256
    _THIS_SESSION = 0xFFFFFFFF  # WTS_CURRENT_SESSION
    _INFO_EX = 25  # WTSSessionInfoEx

    def is_locked() -> bool:
        """Tell whether the screen is locked, or shows a screen saver, UAC or another session."""
        return counts_as_locked(_input_desktop(), _session())

    def _input_desktop() -> str:
        user = ctypes.WinDLL("user32")
        user.OpenInputDesktop.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
        user.OpenInputDesktop.restype = wintypes.HANDLE
        user.CloseDesktop.argtypes = [wintypes.HANDLE]
        user.GetUserObjectInformationW.argtypes = [
            *(wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID),
            *(wintypes.DWORD, wintypes.LPDWORD),
        ]
        desktop = user.OpenInputDesktop(0, False, _READ_OBJECTS)
        if not desktop:
            return ""
        name, needed = ctypes.create_unicode_buffer(_LONGEST_NAME), wintypes.DWORD()
        size = ctypes.sizeof(name)
        user.GetUserObjectInformationW(desktop, _NAME, name, size, ctypes.byref(needed))
        user.CloseDesktop(desktop)
        return name.value

    def _session() -> SessionInfo | None:
        wts = ctypes.WinDLL("wtsapi32")
        ask, free = wts.WTSQuerySessionInformationW, wts.WTSFreeMemory
        ask.argtypes = [
            *(wintypes.HANDLE, wintypes.DWORD, ctypes.c_int),
            *(ctypes.POINTER(wintypes.LPVOID), wintypes.LPDWORD),
        ]
        free.argtypes, free.restype = [wintypes.LPVOID], None
        found, size = wintypes.LPVOID(), wintypes.DWORD()
        if not ask(None, _THIS_SESSION, _INFO_EX, ctypes.byref(found), ctypes.byref(size)):
            return None
        try:
            if not found.value or size.value < ctypes.sizeof(SessionInfo):
                return None
            return SessionInfo.from_buffer_copy(ctypes.string_at(found.value, size.value))
        finally:
            free(found)
