"""Windows of the Windows desktop."""

import ctypes
import sys
from ctypes import wintypes
from pathlib import PureWindowsPath

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.window import Role, Window, WindowsUnknownError

if sys.platform == "win32":
    _PANELS = frozenset({"Shell_TrayWnd", "Shell_SecondaryTrayWnd", "NotifyIconOverflowWindow"})
    _FRAME_BOUNDS, _CLOAKED = 9, 14  # DWMWA_EXTENDED_FRAME_BOUNDS, DWMWA_CLOAKED
    _OWNER = 4  # GW_OWNER
    _STYLE, _POPUP, _CAPTION = -16, 0x80000000, 0x00C00000  # GWL_STYLE, WS_POPUP, WS_CAPTION
    _QUERY = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
    _LONGEST_TEXT = 4096

    _user, _dwm = ctypes.windll.user32, ctypes.windll.dwmapi
    _kernel = ctypes.windll.kernel32
    _kernel.OpenProcess.restype = wintypes.HANDLE
    _user.GetWindow.restype = wintypes.HWND

    _EachWindow = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)

    def windows() -> list[Window]:
        """Return all windows at the top level, in physical pixels as mss reckons."""
        found: list[Window] = []

        def each(handle: int, _parameter: int) -> bool:
            found.append(_window(wintypes.HWND(handle)))
            return True

        if not _user.EnumWindows(_EachWindow(each), 0):
            raise WindowsUnknownError("EnumWindows failed")
        return found

    def _window(handle: wintypes.HWND) -> Window:
        process = wintypes.DWORD()
        _user.GetWindowThreadProcessId(handle, ctypes.byref(process))
        kind = _text(_user.GetClassNameW, handle)
        names = [_text(_user.GetWindowTextW, handle), kind, *_program(process.value)]
        return Window(
            number=handle.value or 0,
            box=_box(handle),
            names=tuple(name for name in names if name),
            visible=_is_visible(handle),
            role=_role(handle, kind),
            process=process.value,
            parent=_user.GetWindow(handle, _OWNER) or 0,
        )

    def _text(ask: "ctypes._NamedFuncPointer", handle: wintypes.HWND) -> str:
        text = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        ask(handle, text, _LONGEST_TEXT)
        return text.value

    def _box(handle: wintypes.HWND) -> Box:
        """Return where it is seen; GetWindowRect would count its invisible borders."""
        edges = wintypes.RECT()
        size = ctypes.sizeof(edges)
        if _dwm.DwmGetWindowAttribute(handle, _FRAME_BOUNDS, ctypes.byref(edges), size):
            _user.GetWindowRect(handle, ctypes.byref(edges))
        return Box(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top)

    def _is_visible(handle: wintypes.HWND) -> bool:
        # Cloaked: on another virtual desktop, or a suspended app.
        cloaked = wintypes.DWORD()
        size = ctypes.sizeof(cloaked)
        _dwm.DwmGetWindowAttribute(handle, _CLOAKED, ctypes.byref(cloaked), size)
        shown = _user.IsWindowVisible(handle) and not _user.IsIconic(handle)
        return bool(shown and not cloaked.value)

    def _role(handle: wintypes.HWND, kind: str) -> Role:
        if kind in _PANELS:
            return Role.PANEL
        style = _user.GetWindowLongW(handle, _STYLE) & 0xFFFFFFFF
        is_popup = style & _POPUP and style & _CAPTION != _CAPTION
        return Role.POPUP if is_popup else Role.ORDINARY

    def _program(process: int) -> list[str]:
        handle = _kernel.OpenProcess(_QUERY, False, process)
        if not handle:
            return []
        path = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        length = wintypes.DWORD(_LONGEST_TEXT)
        told = _kernel.QueryFullProcessImageNameW(
            wintypes.HANDLE(handle), 0, path, ctypes.byref(length)
        )
        _kernel.CloseHandle(wintypes.HANDLE(handle))
        file = PureWindowsPath(path.value)
        return [file.name, file.stem] if told else []
