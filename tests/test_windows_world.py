"""Tests that need Windows itself: `make test-windows` runs them."""

import ctypes
import re
import signal
import sys
import threading
from collections.abc import Iterator
from ctypes import wintypes
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("this is Windows' own side", allow_module_level=True)

from wfhagent.errors import PluginError, SettingsError
from wfhagent.identity.windows_keyring import SERVICE, THIS_DEVICE_ONLY, WindowsKeyring
from wfhagent.os_session.window import CLASS_NAME, MessageWindow
from wfhagent.os_session.windows import WM_CLOSE, WindowsWatch
from wfhagent.plugins.trust import check_trust
from wfhagent.system.access_control import read_security, read_sid
from wfhagent.system.machine_id import machine_hash
from wfhagent.system.ownership import OTHERS_WRITE, mistrust
from wfhagent.system.paths import check_machine_file
from wfhagent.system.windows_security import descriptor_of, own_sid
from wfhagent_screenshot.windows_win32 import windows

LIMIT_SECONDS = 30.0
DACL = 0x4
EVERYBODY_WRITES = "D:P(A;;FA;;;WD)"
WS_VISIBLE = 0x10000000


def set_access(path: Path, sddl: str) -> None:
    """Give *path* the access control list *sddl*."""
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    convert = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
    convert.argtypes = [
        *(wintypes.LPCWSTR, wintypes.DWORD),
        *(ctypes.POINTER(wintypes.LPVOID), wintypes.LPDWORD),
    ]
    advapi.SetFileSecurityW.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, wintypes.LPVOID]
    descriptor = wintypes.LPVOID()
    assert convert(sddl, 1, ctypes.byref(descriptor), None)
    assert advapi.SetFileSecurityW(str(path), DACL, descriptor)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    file = tmp_path / "plugin.py"
    file.write_text("")
    return file


def test_what_you_made_is_yours_and_trusted(plugin: Path):
    assert read_security(descriptor_of(plugin)).owner == read_sid(own_sid())
    assert mistrust(plugin) == ""
    assert len(check_trust(plugin, {})) == 64
    check_machine_file(plugin)


@pytest.mark.parametrize("bad", ["file", "folder"])
def test_what_everybody_may_write_is_refused(plugin: Path, bad: str):
    place = plugin if bad == "file" else plugin.parent
    set_access(place, EVERYBODY_WRITES)

    assert mistrust(place) == OTHERS_WRITE
    with pytest.raises(PluginError, match="Properties, Security"):
        check_trust(plugin, {})
    with pytest.raises(SettingsError, match="so it is not used"):
        check_machine_file(plugin)


def test_what_is_missing_cannot_be_looked_at(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        descriptor_of(tmp_path / "nowhere")


def test_the_device_is_distinguished_by_its_machine_guid():
    assert re.fullmatch("[0-9a-f]{32}", machine_hash())
    assert machine_hash() == machine_hash()


@pytest.fixture
def accounts() -> Iterator[tuple[str, str]]:
    backend = pytest.importorskip("keyring.backends.Windows").WinVaultKeyring()
    names = ("test of wfhagent, old", "test of wfhagent, new")
    yield names
    for name in names:
        if backend.get_password(SERVICE, name) is not None:
            backend.delete_password(SERVICE, name)


def test_the_credential_manager_keeps_an_entry_on_this_device(accounts: tuple[str, str]):
    old, new = accounts
    backend = pytest.importorskip("keyring.backends.Windows").WinVaultKeyring()
    backend.set_password(SERVICE, old, "Ł")
    keyring = WindowsKeyring()

    assert keyring.migrate(old, new) == "Ł"
    assert (keyring.get(old), keyring.get(new)) == (None, "Ł")
    entry = backend._resolve_credential(SERVICE, new)
    assert entry["Persist"] == THIS_DEVICE_ONLY


def test_a_request_to_close_reaches_the_agent_and_the_window_stays():
    stopped = threading.Event()
    watch = WindowsWatch(MessageWindow, stopped.set)
    watch.start(lambda: None)
    user = ctypes.WinDLL("user32")
    user.FindWindowW.restype = wintypes.HWND
    while not (window := user.FindWindowW(CLASS_NAME, None)):
        assert watch._thread.is_alive()
    user.SendMessageW.argtypes = [
        wintypes.HWND,
        wintypes.UINT,
        wintypes.WPARAM,
        wintypes.LPARAM,
    ]

    assert user.SendMessageW(window, WM_CLOSE, 0, 0) == 0

    assert stopped.is_set()
    assert user.FindWindowW(CLASS_NAME, None) == window
    watch.close()
    assert not watch._thread.is_alive()


def test_ctrl_break_is_a_signal_that_ends_the_agent():
    from wfhagent.agent.run import _endings  # noqa: PLC0415 -- its only use here

    assert signal.SIGBREAK in _endings()


def test_a_window_is_listed_with_its_title_and_program():
    create = ctypes.WinDLL("user32").CreateWindowExW
    create.argtypes = [
        *(wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPCWSTR, wintypes.DWORD),
        *([ctypes.c_int] * 4),
        *(wintypes.HWND, wintypes.HMENU, wintypes.HINSTANCE, wintypes.LPVOID),
    ]
    create.restype = wintypes.HWND
    made = create(0, "STATIC", "Ł diary", WS_VISIBLE, 10, 10, 200, 100, None, None, None, None)
    assert made

    (found,) = [window for window in windows() if window.number == made]

    assert "Ł diary" in found.names
    assert Path(sys.executable).stem in found.names
    assert found.visible
    ctypes.WinDLL("user32").DestroyWindow(wintypes.HWND(made))
