"""The icon in a real panel, clicked with a mouse and compared as an image."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tray.conftest import wait_until
from tests.tray.pictures import GREEN, RED, mark, picture
from tests.tray.statuses import write

from wfhagent.clock import SystemClock

PANEL = """\
<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>
"""
StartPanel = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_panel(
    screen: str, session_bus: str, folder: Path, environment: dict[str, str]
) -> Iterator[StartPanel]:
    settings = folder / ".config" / "xfce4" / "xfconf" / "xfce-perchannel-xml"
    settings.mkdir(parents=True)
    (settings / "xfce4-panel.xml").write_text(PANEL)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        started.append(
            subprocess.Popen(
                ["xfce4-panel", "--disable-wm-check"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_it_shows_the_state_opens_its_menu_and_starts_what_is_chosen(
    start_panel: StartPanel,
    start_tray: Callable[[], "subprocess.Popen[bytes]"],
    screen: str,
    folder: Path,
    browser: Path,
    xdotool: Callable[..., None],
):
    write(folder / "data", SystemClock().now())
    start_panel()
    start_tray()
    x, y = wait_until(lambda: mark(screen, GREEN), "the icon says connected")
    before = picture(screen).crop((0, 34, 800, 500))

    write(folder / "data", SystemClock().now(), problem="Revoked.", problem_code="token_revoked")
    xdotool("mousemove", x, y, "click", 1)

    wait_until(
        lambda: picture(screen).crop((0, 34, 800, 500)).tobytes() != before.tobytes(),
        "a menu opens",
    )
    wait_until(lambda: mark(screen, RED), "the icon is that of the moment")
    wait_until(lambda: _choose_first(xdotool, browser), "the first choice of the menu was started")
    assert browser.read_text().splitlines()[0].endswith("/data/pages/wfhagent-privacy.html")


def _choose_first(xdotool: Callable[..., None], browser: Path) -> bool:
    """Select by keys; a menu gets them once it has the keyboard."""
    if not browser.exists():
        xdotool("key", "--delay", 50, "Down", "Return")
    return browser.exists()


def test_a_panel_that_comes_back_gets_the_icon_again(
    start_panel: StartPanel,
    start_tray: Callable[[], "subprocess.Popen[bytes]"],
    screen: str,
    folder: Path,
):
    write(folder / "data", SystemClock().now())
    tray = start_tray()
    panel = start_panel()
    wait_until(lambda: mark(screen, GREEN), "the icon is on the first panel")
    panel.kill()
    panel.wait()
    wait_until(lambda: mark(screen, GREEN) is None, "the first panel is gone")

    start_panel()

    assert wait_until(lambda: mark(screen, GREEN), "the icon is on the second panel")
    assert tray.poll() is None
