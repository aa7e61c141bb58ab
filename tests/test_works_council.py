"""Every promise in docs/works-council.md is backed by existing tests and the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wfhagent.cli.app import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "works-council.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "plugins").glob("*/src/**/*.py")]

LISTENING_LIBRARIES = {
    *("pynput", "keyboard", "mouse", "evdev", "uinput", "pyautogui", "pyxhook"),
    *("cv2", "imageio", "picamera", "v4l2"),
    *("sounddevice", "pyaudio", "soundfile", "speech_recognition", "alsaaudio"),
    *("pyperclip", "clipboard", "win32clipboard", "imaplib", "poplib", "mailbox"),
    "browser_cookie3",
}
"""Packages that record keystrokes, microphones, clipboards or e-mail."""
LISTENING_CALLS = (
    r"SetWindowsHookEx|GetAsyncKeyState|GetKeyboardState|RegisterRawInputDevices|OpenClipboard"
    r"|CGEventTapCreate|IOHIDManager|AVCapture|NSPasteboard|XRecord|XQueryKeymap|XGrabKey"
    r"|/dev/input|/dev/video|/dev/snd|CLIPBOARD|waveInOpen|capCreateCaptureWindow"
)
"""System functions for the same purposes."""
FROM_ANSWERS = {
    ("token", "src/wfhagent/deliver/enroll.py"),
    ("slots_taken", "src/wfhagent/deliver/enroll.py"),
    ("slots_taken", "src/wfhagent/deliver/day_report.py"),
    ("retention_days", "src/wfhagent/deliver/day_report.py"),
    ("reason", "src/wfhagent/deliver/courier.py"),
    ("calendar", "src/wfhagent/deliver/courier.py"),
    ("allofit", "src/wfhagent/deliver/company_calendar.py"),
    ("absent", "src/wfhagent/deliver/whereami.py"),
    ("name", "src/wfhagent/deliver/whereami.py"),
    ("url", "src/wfhagent/cli/my_data.py"),
}
"""What the agent takes from the body of an answer, and where; `name` is public_ip or location.

All of the answer with working hours is read into `CompanyCalendar`, which only makes a window
smaller: tests/schedule/test_company_calendar.py.
"""


def test_every_test_that_the_page_names_exists():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    patterns = ("tests/**/test_*.py", "plugins/*/tests/test_*.py", "server/tests/**/test_*.py")
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    written = set(
        re.findall(
            r"^def (test_\w+)",
            "\n".join(f.read_text(encoding="utf-8") for f in files),
            re.MULTILINE,
        )
    )

    assert len(named) >= 12
    assert named - written == set()


def test_every_command_that_the_page_names_exists():
    named = set(re.findall(r"`wfhagent ([a-z-]+)", PAGE))

    assert named - set(COMMANDS) == set()


def test_every_file_that_the_page_links_exists():
    for link in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_in_agent_or_plugins_listens_to_people(file: Path):
    text = file.read_text(encoding="utf-8")

    assert set(imported(ast.parse(text))) & LISTENING_LIBRARIES == set()
    assert re.findall(LISTENING_CALLS, text) == []


def test_the_search_would_find_it():
    assert set(imported(ast.parse("from pynput.keyboard import Listener"))) & LISTENING_LIBRARIES
    assert re.search(LISTENING_CALLS, "user32.SetWindowsHookExW(13, hook, 0, 0)")


def test_the_agent_reads_from_answers_what_the_protocol_names_and_nothing_else():
    read = {
        (re.sub(r"\W", "", what), file.relative_to(ROOT).as_posix())
        for file in SOURCES
        for what in re.findall(
            r"delivery\.body(?:\.get\(([^),]+)|\[([^\]]+)|\b)", file.read_text(encoding="utf-8")
        )
        for what in [what[0] or what[1] or "all of it"]
    }

    assert read == FROM_ANSWERS
