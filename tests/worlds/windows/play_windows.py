"""A working day of the agent on Windows under Wine, against the real server over TLS.

The tests are one story, in this order: each goes on where the one before has ended.
`make test-windows` names this file; its name keeps it out of `make test`.
"""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.windows.drawing import PLACES, SIZE
from tests.worlds.windows.laptop import Running, WindowsLaptop
from tests.worlds.windows.wine import PYTHON

WM_NULL, WM_CLOSE, WM_QUERYENDSESSION, WM_ENDSESSION = 0x0, 0x10, 0x11, 0x16
ENDSESSION_LOGOFF = 0x80000000
END_SECONDS = 120.0
TRAY = (3, 300, 163, 320)
"""Where the window of the tray is moved to, by its corners."""
ALL_HEARTBEATS = "TABLE heartbeats_by_employee"
ALL_LOGS = "TABLE logs_by_employee"


def test_a_laptop_enrolls_and_keeps_its_token_in_the_keyring_of_windows(laptop: WindowsLaptop):
    done = laptop.run("enroll")

    assert "Enrolled as" in done.stdout, done.stdout
    result = laptop.wine.run(PYTHON, "-c", "import keyring; print(keyring.get_keyring().name)")
    assert "WinVaultKeyring" in result.stdout
    assert "wfha_" not in everything_in(laptop.data)


def test_no_log_is_taken_before_the_notice_was_acknowledged(laptop: WindowsLaptop, site: Site):
    refused = laptop.run("send", "log")

    assert refused.returncode == 1
    assert "No detailed log is taken" in refused.stdout
    assert "Your team lead sees it." in laptop.run("notice").stdout
    assert laptop.run("notice", "--acknowledge").returncode == 0
    assert site.rows(ALL_LOGS) == []


def test_a_log_is_taken_when_the_person_agrees_and_its_screenshot_is_the_desktop(
    laptop: WindowsLaptop, site: Site
):
    laptop.draw()
    seen = laptop.picture()
    sent = laptop.start("send", "log")
    question = wait_until(lambda: laptop.window("Take a test log"), "the question")
    laptop.xdotool("windowfocus", question)
    laptop.xdotool("key", "Return")

    assert sent.wait(END_SECONDS) == 0, sent.output
    (log,) = site.rows(ALL_LOGS)
    assert (log["slot"], log["screenshot_status"]) == (0, "taken")
    with Image.open(site.folder / "screenshots" / log["screenshot_path"]) as opened:
        picture = opened.convert("RGB")
    assert picture.size == seen.size
    for color, (left, top) in PLACES.items():
        middle = picture.getpixel((left + SIZE // 2, top + SIZE // 2))
        assert all(abs(a - b) < 12 for a, b in zip(middle, color, strict=True))
    difference = ImageStat.Stat(ImageChops.difference(picture, seen).convert("L"))
    assert difference.mean[0] < 3


def test_the_journal_shows_what_was_sent_with_its_screenshot(laptop: WindowsLaptop):
    done = laptop.run("journal", "--no-open")

    assert done.returncode == 0, done.stdout
    page = (laptop.data / "pages/wfhagent-journal.html").read_text(encoding="utf-8")
    assert "data:image/webp;base64," in page


@pytest.fixture(scope="module")
def agent(laptop: WindowsLaptop) -> Running:
    """The agent itself, as the log-on starts it."""
    return laptop.log_on("run", "--quiet")


def test_heartbeats_arrive(site: Site, agent: Running):
    heartbeats = wait_until(lambda: site.rows(ALL_HEARTBEATS), "a heartbeat", seconds=END_SECONDS)

    assert {heartbeat["status"] for heartbeat in heartbeats} == {"online"}


def test_a_click_on_the_icon_opens_the_menu_and_its_line_runs_the_diagnostics(
    laptop: WindowsLaptop, agent: Running
):
    laptop.log_on("tray")
    icon = wait_until(lambda: laptop.window("Wine System Tray"), "the icon")
    # Where the menu does not cover it.
    laptop.xdotool("windowmove", icon, *TRAY[:2])
    # An empty window of the tray is there before its icon.
    wait_until(lambda: len(laptop.picture().crop(TRAY).getcolors() or ()) > 3, "the drawing")
    left, top, width, height = laptop.open_menu(icon)
    laptop.picture().crop((0, 0, 480, 360)).save(laptop.wine.folder / "menu.png")
    # The lines from the bottom: the version, a rule, "Run diagnostics".
    laptop.xdotool("mousemove", left + width // 3, top + height - 40, "click", 1)

    page = laptop.data / "pages/wfhagent-check.html"
    wait_until(page.exists, "the diagnostics", seconds=END_SECONDS)


def test_close_message_ends_the_agent_in_order(laptop: WindowsLaptop, agent: Running):
    laptop.send_message(WM_CLOSE)

    assert agent.wait(END_SECONDS) == 0
    assert "NOT running" in laptop.run("status").stdout


def test_the_agent_answers_a_log_off_when_its_work_is_done(laptop: WindowsLaptop):
    agent = laptop.log_on("run", "--quiet")
    wait_until(lambda: laptop.send_message(WM_NULL) == "0", "the window")

    assert laptop.send_message(WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF) == "1"
    assert laptop.send_message(WM_ENDSESSION, 1, ENDSESSION_LOGOFF) == "0"
    assert "The system announces: logout" in (laptop.data / "agent.log").read_text("utf-8")
    laptop.send_message(WM_CLOSE)
    assert agent.wait(END_SECONDS) == 0


def everything_in(folder: Path) -> str:
    """Return the contents of all files under *folder*."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return "".join(file.read_bytes().decode("latin-1") for file in files)
