"""What Windows keeps about a file's owner and rights, and who runs this process (advapi32)."""

import ctypes
import sys
from ctypes import wintypes
from functools import cache
from pathlib import Path

assert sys.platform == "win32"  # noqa: S101 -- tells mypy that the rest is for Windows only

_OWNER, _DACL = 0x1, 0x4
_TOKEN_QUERY = 0x8
_TOKEN_USER = 1
_LONGEST_USER = 256
"""Bytes of a TOKEN_USER; its SID has 68 at most."""


def descriptor_of(path: Path) -> bytes:
    """Return owner and list of *path* as a self-relative security descriptor.

    Raises:
        OSError: it cannot be looked at.
    """
    ask = ctypes.WinDLL("advapi32", use_last_error=True).GetFileSecurityW
    ask.argtypes = [
        *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.LPVOID),
        *(wintypes.DWORD, wintypes.LPDWORD),
    ]
    ask.restype = wintypes.BOOL
    size = wintypes.DWORD()
    ask(str(path), _OWNER | _DACL, None, 0, ctypes.byref(size))
    found = ctypes.create_string_buffer(size.value)
    if not size.value or not ask(str(path), _OWNER | _DACL, found, size, ctypes.byref(size)):
        error = ctypes.WinError(ctypes.get_last_error())
        error.filename = str(path)
        raise error
    return found.raw


@cache
def own_sid() -> bytes:
    """Return the SID of the user who runs this process.

    Raises:
        OSError: Windows does not tell.
    """
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    handle = ctypes.POINTER(wintypes.HANDLE)
    advapi.OpenProcessToken.argtypes = [wintypes.HANDLE, wintypes.DWORD, handle]
    advapi.GetTokenInformation.argtypes = [
        *(wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID),
        *(wintypes.DWORD, wintypes.LPDWORD),
    ]
    advapi.GetLengthSid.argtypes = [wintypes.LPVOID]
    advapi.GetLengthSid.restype = wintypes.DWORD
    token, size = wintypes.HANDLE(), wintypes.DWORD()
    if not advapi.OpenProcessToken(kernel.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        user = (ctypes.c_char * _LONGEST_USER)()
        known = advapi.GetTokenInformation(
            token, _TOKEN_USER, user, _LONGEST_USER, ctypes.byref(size)
        )
        if not known:
            raise ctypes.WinError(ctypes.get_last_error())
        # TOKEN_USER begins with the address of the SID, which follows in the same buffer.
        address = ctypes.c_void_p.from_buffer(user).value
        return ctypes.string_at(address or 0, advapi.GetLengthSid(address))
    finally:
        kernel.CloseHandle(token)
