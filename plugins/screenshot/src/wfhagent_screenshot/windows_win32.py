"""Windows of the Windows desktop."""

import ctypes
import sys
from ctypes import wintypes
from typing import Any

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.win32_rules import CORE_WINDOW, FRAME, Native, to_window, walk
from wfhagent_screenshot.window import Window

if sys.platform == "win32":
    _FRAME_BOUNDS, _CLOAKED = 9, 14  # DWMWA_EXTENDED_FRAME_BOUNDS, DWMWA_CLOAKED
    _OWNER = 4  # GW_OWNER
    _STYLE = -16  # GWL_STYLE
    _QUERY = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
    _LONGEST_TEXT = 4096

    _user = ctypes.WinDLL("user32", use_last_error=True)
    _dwm = ctypes.WinDLL("dwmapi")
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)

    _HWND, _HANDLE, _NUMBER = wintypes.HWND, wintypes.HANDLE, wintypes.DWORD
    _BOOL, _INT, _NAME, _TEXT = wintypes.BOOL, ctypes.c_int, wintypes.LPCWSTR, wintypes.LPWSTR
    # Handles are wider than ctypes assumes.
    _FUNCTIONS: tuple[tuple[Any, Any, list[Any]], ...] = (
        (_user.FindWindowExW, _HWND, [_HWND, _HWND, _NAME, _NAME]),
        (_user.GetWindowThreadProcessId, _NUMBER, [_HWND, wintypes.LPDWORD]),
        (_user.GetClassNameW, _INT, [_HWND, _TEXT, _INT]),
        (_user.GetWindowTextW, _INT, [_HWND, _TEXT, _INT]),
        (_user.GetWindow, _HWND, [_HWND, wintypes.UINT]),
        (_user.GetWindowRect, _BOOL, [_HWND, wintypes.LPRECT]),
        (_user.GetWindowLongW, wintypes.LONG, [_HWND, _INT]),
        (_user.IsWindowVisible, _BOOL, [_HWND]),
        (_user.IsIconic, _BOOL, [_HWND]),
        (_dwm.DwmGetWindowAttribute, ctypes.c_long, [_HWND, _NUMBER, wintypes.LPVOID, _NUMBER]),
        (_kernel.OpenProcess, _HANDLE, [_NUMBER, _BOOL, _NUMBER]),
        (_kernel.QueryFullProcessImageNameW, _BOOL, [_HANDLE, _NUMBER, _TEXT, wintypes.LPDWORD]),
        (_kernel.CloseHandle, _BOOL, [_HANDLE]),
    )
    for _function, _result, _arguments in _FUNCTIONS:
        _function.restype, _function.argtypes = _result, _arguments

    def windows() -> list[Window]:
        """Return all windows at the top level, in physical pixels, as mss has them.

        EnumWindows would leave out those of full-screen Store programs.

        Raises:
            WindowsUnknownError: they cannot be listed, or one of them cannot be read.
        """
        return [to_window(_native(handle)) for handle in walk(_following)]

    def _following(handle: int) -> tuple[int, int]:
        ctypes.set_last_error(0)
        found = _user.FindWindowExW(None, handle or None, None, None)
        return found or 0, ctypes.get_last_error()

    def _native(handle: int) -> Native:
        process, kind = _process(handle), _text(_user.GetClassNameW, handle)
        return Native(
            handle=handle,
            title=_text(_user.GetWindowTextW, handle),
            kind=kind,
            process=process,
            program=_program(process),
            box=_box(handle),
            visible=_is_visible(handle),
            style=_user.GetWindowLongW(handle, _STYLE),
            owner=_user.GetWindow(handle, _OWNER) or 0,
            hosted=_hosted(handle) if kind == FRAME else (0, ""),
        )

    def _hosted(frame: int) -> tuple[int, str]:
        """Return process and program of what is in the *frame* of a Store program."""
        core = _user.FindWindowExW(frame, None, CORE_WINDOW, None)
        process = _process(core) if core else 0
        return process, _program(process)

    def _process(handle: int) -> int:
        process = wintypes.DWORD()
        _user.GetWindowThreadProcessId(handle, ctypes.byref(process))
        return process.value

    def _text(ask: "ctypes._NamedFuncPointer", handle: int) -> str:
        text = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        ask(handle, text, _LONGEST_TEXT)
        return text.value

    def _box(handle: int) -> Box:
        """Return where it is seen; GetWindowRect would count its invisible borders."""
        edges = wintypes.RECT()
        size = ctypes.sizeof(edges)
        if _dwm.DwmGetWindowAttribute(handle, _FRAME_BOUNDS, ctypes.byref(edges), size):
            _user.GetWindowRect(handle, ctypes.byref(edges))
        return Box(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top)

    def _is_visible(handle: int) -> bool:
        # Cloaked: on another virtual desktop, or a suspended app.
        cloaked = wintypes.DWORD()
        size = ctypes.sizeof(cloaked)
        _dwm.DwmGetWindowAttribute(handle, _CLOAKED, ctypes.byref(cloaked), size)
        shown = _user.IsWindowVisible(handle) and not _user.IsIconic(handle)
        return bool(shown and not cloaked.value)

    def _program(process: int) -> str:
        """Return the path of the program of *process*; empty when Windows does not tell it."""
        handle = _kernel.OpenProcess(_QUERY, False, process) if process else None
        if not handle:
            return ""
        path = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        length = wintypes.DWORD(_LONGEST_TEXT)
        known = _kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(length))
        _kernel.CloseHandle(handle)
        return path.value if known else ""
