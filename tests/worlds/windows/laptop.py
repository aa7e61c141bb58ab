"""An employee's Windows laptop under Wine: a desktop on a display, an agent.toml and the agent."""

import shutil
import subprocess
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab
from tests.agent_toml import write_agent_toml
from tests.waiting import CLOCK, wait_until
from tests.worlds.windows.wine import PYTHON, Wine, windows_path

from wfhagent.clock import pause

HERE = Path(__file__).parent
CONFIG = r"C:\wfh\agent.toml"
SIZE = (1280, 720)
FROM_SOURCE = (PYTHON, "-P", "-m", "wfhagent")
ICON = (8, 10)
"""Where it is in the window of the tray."""
MENU_SECONDS = 10.0
"""A click on an icon that is not ready opens nothing."""
LINE_HEIGHT = 40
"""More pixels than one line of text takes."""


@dataclass
class WindowsLaptop:
    r"""The folder C:\wfh with the agent's settings and data; nothing else of it is kept.

    Attributes:
        program: the command of the agent.
        windowless: the command of its twin without a console, which log-on starts.
    """

    wine: Wine
    stack: ExitStack
    program: tuple[str, ...] = FROM_SOURCE
    windowless: tuple[str, ...] = FROM_SOURCE
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        # The record of this user's agents, which no setting moves.
        for record in self.wine.drive.glob("users/*/AppData/Local/wfhagent-user"):
            shutil.rmtree(record)

    @property
    def folder(self) -> Path:
        r"""What Windows calls C:\wfh."""
        return self.wine.drive / "wfh"

    @property
    def data(self) -> Path:
        """The agent's data folder."""
        return self.folder / "data"

    def configure(self, table: str, **settings: Any) -> None:
        """Change `[table]` in agent.toml."""
        self.settings.setdefault(table, {}).update(settings)
        write_agent_toml(self.folder / "agent.toml", self.settings)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `wfhagent` to its end."""
        return self.wine.run(*self.program, *arguments, "--config", CONFIG)

    def start(self, *arguments: str) -> "Running":
        """Start `wfhagent` until the end of the test."""
        return self.begin(*self.program, *arguments, "--config", CONFIG)

    def log_on(self, *arguments: str) -> "Running":
        """Start `wfhagent` as a log-on does, until the end of the test."""
        return self.begin(*self.windowless, *arguments, "--config", CONFIG)

    def draw(self) -> None:
        """Draw the squares of drawing.py, until the end of the test."""
        drawing = self.begin(PYTHON, windows_path(HERE / "drawing.py"))
        wait_until(lambda: "drawn" in drawing.output, "the drawing")

    def send_message(self, message: int, wparam: int = 0, lparam: int = 0) -> str:
        """Send the agent's window a message; return the answer, or what went wrong."""
        script = windows_path(HERE / "send_message.py")
        return self.wine.run(PYTHON, script, *map(hex, (message, wparam, lparam))).stdout.strip()

    def picture(self) -> Image.Image:
        """Return the image of the display from X11."""
        return ImageGrab.grab(xdisplay=self.wine.display).convert("RGB")

    def xdotool(self, *words: str | int) -> str:
        """Use mouse and keyboard, or look for windows."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(
            command, env=self.wine.environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def window(self, title: str) -> str:
        """Return the number of the X window with that title; empty where there is none."""
        return self.xdotool("search", "--onlyvisible", "--name", title).partition("\n")[0]

    def open_menu(self, icon: str) -> tuple[int, ...]:
        """Click on *icon*, the window of the tray, until its menu is open; return its place."""

        def clicked() -> tuple[int, ...]:
            self.xdotool("mousemove", "--window", icon, *ICON, "click", 3)
            give_up = CLOCK.elapsed() + MENU_SECONDS
            while not self.menu() and CLOCK.elapsed() < give_up:
                pause(0.05)
            return self.menu()

        return wait_until(clicked, "the menu")

    def menu(self) -> tuple[int, ...]:
        """Return left, top, width and height of an open menu; empty when none is open.

        It is a window without a name; so is the line of text that names the icon.
        """
        for number in self.xdotool("search", "--onlyvisible", "--class", ".").split():
            if not self.xdotool("getwindowname", number):
                place = self.xdotool("getwindowgeometry", "--shell", number).splitlines()
                values = dict(line.split("=") for line in place)
                if int(values["HEIGHT"]) > LINE_HEIGHT:
                    return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return ()

    def begin(self, *command: str) -> "Running":
        running = Running(self.wine.start(*command))
        self.stack.callback(running.end)
        return running


class Running:
    """A program of Windows that runs; *output* is what it has printed until now."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.output = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> int:
        """Return the exit status of a program that ends by itself within *seconds*."""
        return self.process.wait(seconds)

    def end(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        self.process.wait()
        self._thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
