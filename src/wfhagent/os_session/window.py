"""The window of Windows' end-of-session messages: top-level, never shown, titled "wfhagent".

A message-only window would not do: WM_QUERYENDSESSION goes to top-level windows alone.
"""

import ctypes
import logging
import sys
import threading
from ctypes import wintypes

from wfhagent.os_session.windows import OnMessage

assert sys.platform == "win32"  # noqa: S101 -- tells mypy that the rest is for Windows only

log = logging.getLogger(__name__)

TITLE = "wfhagent"
CLASS_NAME = "wfhagent.session"
WM_DESTROY = 0x0002
WM_CLOSE = 0x0010
DEVICE_NOTIFY_WINDOW_HANDLE = 0

LRESULT = ctypes.c_ssize_t
WNDPROC = ctypes.WINFUNCTYPE(
    LRESULT, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
)


class WindowClass(ctypes.Structure):
    """WNDCLASSW."""

    _fields_ = (
        ("style", wintypes.UINT),
        ("lpfnWndProc", WNDPROC),
        ("cbClsExtra", ctypes.c_int),
        ("cbWndExtra", ctypes.c_int),
        ("hInstance", wintypes.HINSTANCE),
        ("hIcon", wintypes.HICON),
        ("hCursor", wintypes.HANDLE),
        ("hbrBackground", wintypes.HBRUSH),
        ("lpszMenuName", wintypes.LPCWSTR),
        ("lpszClassName", wintypes.LPCWSTR),
    )


class MessageWindow:
    """Hands the window's messages over; Windows answers those that get no answer."""

    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message
        self._user32 = _user32()
        # Kept for as long as the window: ctypes does not hold it.
        self._procedure = WNDPROC(self._answer)
        self._handle: int | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def run(self) -> None:
        """Make the window and hand over its messages until `stop`.

        Raises:
            OSError: Windows makes no window.
        """
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel32.GetModuleHandleW.argtypes = [wintypes.LPCWSTR]
        kernel32.GetModuleHandleW.restype = wintypes.HMODULE
        module = kernel32.GetModuleHandleW(None)
        described = WindowClass(
            lpfnWndProc=self._procedure, hInstance=module, lpszClassName=CLASS_NAME
        )
        if not self._user32.RegisterClassW(ctypes.byref(described)):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            self._make(module)
            message = wintypes.MSG()
            while self._user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                self._user32.DispatchMessageW(ctypes.byref(message))
        finally:
            with self._lock:
                self._handle = None
            self._user32.UnregisterClassW(CLASS_NAME, module)

    def stop(self) -> None:
        """End `run`, from another thread."""
        with self._lock:
            self._stopped = True
            if self._handle is not None:
                self._user32.PostMessageW(self._handle, WM_CLOSE, 0, 0)

    def block(self, reason: str) -> None:
        """Tell Windows why it has to wait."""
        if not self._user32.ShutdownBlockReasonCreate(self._handle, reason):
            log.debug("Windows takes no reason: %s", ctypes.WinError(ctypes.get_last_error()))

    def unblock(self) -> None:
        """Take the reason back."""
        self._user32.ShutdownBlockReasonDestroy(self._handle)

    def _make(self, module: int) -> None:
        handle = self._user32.CreateWindowExW(
            0, CLASS_NAME, TITLE, 0, 0, 0, 0, 0, None, None, module, None
        )
        if not handle:
            raise ctypes.WinError(ctypes.get_last_error())
        # Laptops with modern standby announce a suspend only to those who ask.
        if not self._user32.RegisterSuspendResumeNotification(handle, DEVICE_NOTIFY_WINDOW_HANDLE):
            log.debug("No suspend is heard: %s", ctypes.WinError(ctypes.get_last_error()))
        with self._lock:
            self._handle = handle
            if self._stopped:
                self._user32.PostMessageW(handle, WM_CLOSE, 0, 0)

    def _answer(self, handle: int, message: int, wparam: int, lparam: int) -> int:
        if message == WM_DESTROY:
            self._user32.PostQuitMessage(0)
            return 0
        answer = self._on_message(message, wparam, lparam)
        if answer is not None:
            return answer
        default: int = self._user32.DefWindowProcW(handle, message, wparam, lparam)
        return default


def _user32() -> ctypes.WinDLL:
    """Load user32 and say what its functions take; handles are wider than ctypes assumes."""
    library = ctypes.WinDLL("user32", use_last_error=True)
    hwnd, message = wintypes.HWND, ctypes.POINTER(wintypes.MSG)
    parameters = [hwnd, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM]
    name, number = wintypes.LPCWSTR, ctypes.c_int
    place = [number, number, number, number]
    owner = [hwnd, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID]
    functions = {
        "RegisterClassW": (wintypes.ATOM, [ctypes.POINTER(WindowClass)]),
        "UnregisterClassW": (wintypes.BOOL, [name, wintypes.HINSTANCE]),
        "CreateWindowExW": (hwnd, [wintypes.DWORD, name, name, wintypes.DWORD, *place, *owner]),
        "DefWindowProcW": (LRESULT, parameters),
        "PostMessageW": (wintypes.BOOL, parameters),
        "GetMessageW": (wintypes.BOOL, [message, hwnd, wintypes.UINT, wintypes.UINT]),
        "DispatchMessageW": (LRESULT, [message]),
        "PostQuitMessage": (None, [number]),
        "ShutdownBlockReasonCreate": (wintypes.BOOL, [hwnd, name]),
        "ShutdownBlockReasonDestroy": (wintypes.BOOL, [hwnd]),
        "RegisterSuspendResumeNotification": (wintypes.HANDLE, [wintypes.HANDLE, wintypes.DWORD]),
    }
    for function, (result, arguments) in functions.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library
