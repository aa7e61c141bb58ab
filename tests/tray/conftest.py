"""A private session bus with a tray process."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests import waiting
from tests.displays import virtual_display
from tests.os_session.private_bus import CONFIG

AS_USER = Path(__file__).parents[1] / "as_user.py"
wait_until = partial(waiting.wait_until, seconds=40.0)
XFCONF = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")


@pytest.fixture(autouse=True)
def no_display_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tray inside the test process must not appear in a real panel."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A home; the path of a socket is limited to 108 bytes, and pytest's folders can be longer."""
    with tempfile.TemporaryDirectory(prefix="tray") as name:
        yield Path(name)


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """The environment of a session, with nothing of the machine that runs the tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
        "BROWSER": f"{folder / 'browser'} %s",
    }


@pytest.fixture
def browser(folder: Path) -> Path:
    """Where the browser of this session writes the addresses that it opens."""
    opened = folder / "opened"
    script = folder / "browser"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {opened}\n')
    script.chmod(0o755)
    return opened


@pytest.fixture
def session_bus(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of a bus that starts the settings of a panel, and no other service.

    A desktop portal of this machine would mount a file system into the folder of the test.
    """
    program = shutil.which("dbus-daemon")
    assert program, "These tests need dbus-daemon: apt-get install dbus-daemon"
    services = folder / "services"
    services.mkdir()
    if XFCONF.exists():
        shutil.copy(XFCONF, services)
    address = environment["DBUS_SESSION_BUS_ADDRESS"]
    file = folder / "bus.conf"
    listed = f"<servicedir>{services}</servicedir>\n</busconfig>"
    file.write_text(CONFIG.format(address=address).replace("</busconfig>", listed))
    command = [program, f"--config-file={file}", "--nofork", "--print-address", "--nosyslog"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline().startswith("unix:"), "dbus-daemon did not start"
        yield address
        daemon.terminate()


@pytest.fixture
def xvfb(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A separate display, since a panel takes a whole edge of it."""
    with virtual_display("800x500") as (environment["DISPLAY"], process):
        yield process


@pytest.fixture
def screen(xvfb: "subprocess.Popen[bytes]", environment: dict[str, str]) -> str:
    """The name of that display."""
    return environment["DISPLAY"]


@pytest.fixture
def xdotool(environment: dict[str, str]) -> Callable[..., None]:
    def run(*arguments: str | int) -> None:
        words = ["xdotool", *map(str, arguments)]
        subprocess.run(words, env=environment, check=True)

    return run


@pytest.fixture
def start_trayer(
    screen: str, environment: dict[str, str]
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts a panel that has an XEmbed tray and nothing else."""
    started: list[subprocess.Popen[bytes]] = []
    options = ["--edge", "top", "--align", "left", "--height", "26", "--widthtype", "request"]

    def start() -> "subprocess.Popen[bytes]":
        command = ["trayer", *options]
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def config(folder: Path) -> Path:
    file = folder / "agent.toml"
    file.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\n'
        f'[agent]\ndata_directory = "{(folder / "data").as_posix()}"\nkeyring = false\n'
        f'[plugins]\ndirectory = "{(folder / "plugins").as_posix()}"\n'
        '[notice]\ntext = "Your screen is recorded."\nrequired = true\n'
    )
    return file


@pytest.fixture
def start_tray(
    config: Path, environment: dict[str, str]
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        program = [sys.executable, str(AS_USER), str(config.parent / "agents")]
        command = [*program, "tray", "--config", str(config)]
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
