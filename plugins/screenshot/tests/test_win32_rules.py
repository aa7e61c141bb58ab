"""Which windows Windows lists, and what each of them is."""

from dataclasses import replace

import pytest

from wfhagent_screenshot.box import Box
from wfhagent_screenshot.hiding import to_hide
from wfhagent_screenshot.win32_rules import CORE_WINDOW, FRAME, PANELS, Native, to_window, walk
from wfhagent_screenshot.window import Role, WindowsUnknownError

GONE = 1400
SYSTEM = r"C:\Windows\SystemApps"
FRAMES = r"C:\Windows\System32\ApplicationFrameHost.exe"
POPUP, CAPTION = 0x80000000, 0x00C00000
NOTEPAD = Native(
    handle=1,
    title="diary.txt - Notepad",
    kind="Notepad",
    process=70,
    program=r"C:\Windows\notepad.exe",
    box=Box(10, 10, 300, 200),
    visible=True,
    style=CAPTION,
    owner=0,
)


class Desktop:
    """Windows in their order. The *n*-th query may find that its window was closed."""

    def __init__(self, *windows: int, gone_at: tuple[int, ...] = ()) -> None:
        self.windows, self.gone_at, self.queries = list(windows), gone_at, 0

    def following(self, window: int) -> tuple[int, int]:
        self.queries += 1
        if self.queries in self.gone_at:
            return 0, GONE
        place = self.windows.index(window) + 1 if window else 0
        return (self.windows[place], 0) if place < len(self.windows) else (0, 2)


def test_all_windows_are_listed_in_their_order():
    assert walk(Desktop(3, 1, 2).following) == [3, 1, 2]


def test_a_window_that_goes_meanwhile_begins_the_list_again():
    assert walk(Desktop(3, 1, 2, gone_at=(3,)).following) == [3, 1, 2]


def test_windows_that_never_stay_cannot_be_listed():
    with pytest.raises(WindowsUnknownError, match="change while they are listed"):
        walk(Desktop(3, 1, 2, gone_at=tuple(range(1, 100))).following)


def test_windows_that_change_places_for_ever_cannot_be_listed():
    with pytest.raises(WindowsUnknownError):
        walk(lambda window: ({0: 1, 1: 2, 2: 1}[window], 0))


def test_a_desktop_without_windows_is_none_that_was_listed():
    with pytest.raises(WindowsUnknownError):
        walk(lambda _window: (0, 0))


def test_a_window_goes_by_title_class_and_program():
    found = to_window(NOTEPAD)

    assert found.names == ("diary.txt - Notepad", "Notepad", "notepad.exe", "notepad")
    assert (found.role, found.process, found.visible) == (Role.ORDINARY, 70, True)


def test_a_store_program_goes_by_what_is_in_its_frame():
    frame = replace(
        NOTEPAD,
        kind=FRAME,
        title="WhatsApp",
        program=FRAMES,
        hosted=(71, r"C:\Program Files\WindowsApps\WhatsApp\WhatsApp.Root.exe"),
    )
    found = to_window(frame)

    assert {"WhatsApp", "WhatsApp.Root.exe", "WhatsApp.Root"} <= set(found.names)
    assert "ApplicationFrameHost.exe" in found.names
    assert found.process == 71
    assert to_hide([found], ["whatsapp.root.exe"]) == [found]


def test_a_frame_whose_program_nobody_tells_blurs_everything():
    with pytest.raises(WindowsUnknownError):
        to_window(replace(NOTEPAD, kind=FRAME, program=FRAMES))


def test_a_window_whose_program_nobody_tells_blurs_everything_if_it_may_be_seen():
    unknown = replace(NOTEPAD, program="")

    with pytest.raises(WindowsUnknownError):
        to_window(unknown)
    assert to_window(replace(unknown, visible=False)).names == ("diary.txt - Notepad", "Notepad")
    assert to_window(replace(unknown, box=Box(0, 0, 0, 0))).process == 70


@pytest.mark.parametrize("kind", sorted(PANELS))
def test_what_shows_titles_of_others_is_a_panel(kind: str):
    assert to_window(replace(NOTEPAD, kind=kind)).role is Role.PANEL


@pytest.mark.parametrize(
    "program", ["ShellExperienceHost.exe", "ShellHost.exe", "SearchHost.exe", "SearchApp.exe"]
)
def test_toasts_and_search_are_panels(program: str):
    toast = replace(
        NOTEPAD, kind=CORE_WINDOW, title="New notification", program=rf"{SYSTEM}\{program}"
    )

    assert to_window(toast).role is Role.PANEL


@pytest.mark.parametrize("kind", ["Progman", "WorkerW", "CabinetWClass"])
def test_the_desktop_and_folders_of_explorer_are_no_panels(kind: str):
    found = to_window(replace(NOTEPAD, kind=kind, program=r"C:\Windows\explorer.exe"))

    assert found.role is Role.ORDINARY


def test_a_menu_is_a_popup_and_a_window_with_a_caption_is_none():
    assert to_window(replace(NOTEPAD, style=POPUP)).role is Role.POPUP
    # A style is signed where the system tells it.
    assert to_window(replace(NOTEPAD, style=POPUP - 2**32)).role is Role.POPUP
    assert to_window(replace(NOTEPAD, style=POPUP | CAPTION)).role is Role.ORDINARY
