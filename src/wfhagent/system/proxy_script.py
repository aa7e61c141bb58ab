"""The proxy that a script names (PAC), or the network itself (WPAD), as Windows finds it.

WinHTTP runs the script in a service of the system. Elsewhere nobody runs one here.
"""

import ctypes
import re
import sys
from typing import NamedTuple

_AUTO_DETECT, _CONFIG_URL = 0x1, 0x2
_BY_DHCP_AND_DNS = 0x1 | 0x2
_NO_PROXY, _NAMED_PROXY = 1, 3
_LOGIN_FAILURE = 12015


class UserSettings(ctypes.Structure):
    """WINHTTP_CURRENT_USER_IE_PROXY_CONFIG; whoever is given one frees its strings."""

    _fields_ = (
        ("fAutoDetect", ctypes.c_int32),
        ("lpszAutoConfigUrl", ctypes.c_void_p),
        ("lpszProxy", ctypes.c_void_p),
        ("lpszProxyBypass", ctypes.c_void_p),
    )


class Options(ctypes.Structure):
    """WINHTTP_AUTOPROXY_OPTIONS."""

    _fields_ = (
        ("dwFlags", ctypes.c_uint32),
        ("dwAutoDetectFlags", ctypes.c_uint32),
        ("lpszAutoConfigUrl", ctypes.c_wchar_p),
        ("lpvReserved", ctypes.c_void_p),
        ("dwReserved", ctypes.c_uint32),
        ("fAutoLogonIfChallenged", ctypes.c_int32),
    )


class ProxyInfo(ctypes.Structure):
    """WINHTTP_PROXY_INFO; whoever is given one frees its strings."""

    _fields_ = (
        ("dwAccessType", ctypes.c_uint32),
        ("lpszProxy", ctypes.c_void_p),
        ("lpszProxyBypass", ctypes.c_void_p),
    )


class Answer(NamedTuple):
    """The answer of a script: the address of a proxy, or nothing for a direct way."""

    proxy: str


def make_options(*, detect: bool, script: str) -> Options | None:
    """Return how to look for a proxy; None when the user's settings name no automatic way."""
    if not detect and not script:
        return None
    return Options(
        dwFlags=(_AUTO_DETECT if detect else 0) | (_CONFIG_URL if script else 0),
        dwAutoDetectFlags=_BY_DHCP_AND_DNS if detect else 0,
        lpszAutoConfigUrl=script or None,
    )


def read_answer(access: int, proxies: str, scheme: str) -> Answer | None:
    """Return the first of *proxies* for *scheme*; None when *access* says nothing of use.

    They are separated by semicolons or spaces; each may begin with "https=" or "http://".
    """
    if access == _NO_PROXY:
        return Answer("")
    if access != _NAMED_PROXY:
        return None
    for entry in re.split(r"[;\s]+", proxies):
        kind, equals, address = entry.rpartition("=")
        if address and (not equals or kind.lower() == scheme):
            return Answer(address)
    return None


if sys.platform == "win32":
    from ctypes import wintypes

    def ask_script(url: str) -> Answer | None:
        """Return what the script says about *url*; None where there is none, or it fails."""
        winhttp = ctypes.WinDLL("winhttp", use_last_error=True)
        settings = UserSettings()
        find = winhttp.WinHttpGetIEProxyConfigForCurrentUser
        find.argtypes, find.restype = [ctypes.POINTER(UserSettings)], wintypes.BOOL
        if not find(ctypes.byref(settings)):
            return None
        script = _taken(settings.lpszAutoConfigUrl)
        for unused in (settings.lpszProxy, settings.lpszProxyBypass):
            _taken(unused)
        options = make_options(detect=bool(settings.fAutoDetect), script=script)
        return None if options is None else _ask(winhttp, url, options)

    def _ask(winhttp: ctypes.WinDLL, url: str, options: Options) -> Answer | None:
        handle, text, number = wintypes.HANDLE, wintypes.LPCWSTR, wintypes.DWORD
        begin, ask, end = (
            winhttp.WinHttpOpen,
            winhttp.WinHttpGetProxyForUrl,
            winhttp.WinHttpCloseHandle,
        )
        begin.argtypes, begin.restype = [text, number, text, text, number], handle
        ask.argtypes = [handle, text, ctypes.POINTER(Options), ctypes.POINTER(ProxyInfo)]
        ask.restype = end.restype = wintypes.BOOL
        end.argtypes = [handle]
        session = begin("wfhagent", _NO_PROXY, None, None, 0)
        if not session:
            return None
        found = ProxyInfo()
        try:
            arguments = (session, url, ctypes.byref(options), ctypes.byref(found))
            done = ask(*arguments)
            if not done and ctypes.get_last_error() == _LOGIN_FAILURE:
                # The server of the script wants to know who asks; that takes longer.
                options.fAutoLogonIfChallenged = True
                done = ask(*arguments)
            if not done:
                return None
            proxies, _ = _taken(found.lpszProxy), _taken(found.lpszProxyBypass)
            return read_answer(found.dwAccessType, proxies, url.partition(":")[0].lower())
        finally:
            end(session)

    def _taken(address: int | None) -> str:
        """Return the string at *address*, and free it."""
        if not address:
            return ""
        free = ctypes.WinDLL("kernel32").GlobalFree
        free.argtypes, free.restype = [wintypes.HGLOBAL], wintypes.HGLOBAL
        try:
            return ctypes.wstring_at(address)
        finally:
            free(address)

else:

    def ask_script(url: str) -> Answer | None:  # noqa: ARG001
        """Return nothing: here no script is run."""
        return None
