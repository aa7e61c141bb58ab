"""What only the compiled agent can show on Windows under Wine: `make windows` names this file.

Its working day is in play_windows.py, which `make windows` runs with the same program.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.windows.laptop import CONFIG, WindowsLaptop
from tests.worlds.windows.wine import PYTHON, ROOT, Wine, windows_path

sys.path.insert(0, str(ROOT / "packaging"))
import smoke
from scratch_laptop import DROP_IN, Laptop, SmokeError

STEPS = (smoke.version, smoke.plugins, smoke.preview, smoke.doctor)
"""The steps of `make smoke` that are the same on every system."""
WM_CLOSE = 0x10
END_SECONDS = 120.0
UNPACKED = "users/*/AppData/Local/wfhagent/0.*"
IN_NEW_CONSOLE = """\
import subprocess, sys
sys.exit(subprocess.call(sys.argv[1:], creationflags=subprocess.CREATE_NEW_CONSOLE))
"""
"""Starts a program as a log-on does: Windows opens a window if it is one of a console."""
ALL_HEARTBEATS = "TABLE heartbeats_by_employee"


@dataclass(frozen=True, kw_only=True)
class SmokeLaptop(Laptop):
    """The laptop under Wine, as the steps of `make smoke` know one."""

    wine: Wine

    def run(
        self,
        *arguments: str,
        allowed: tuple[int, ...] = (0,),
        stdin: int = subprocess.DEVNULL,
    ) -> str:
        """Run the program to its end; files among the *arguments* are named as Windows does."""
        drive = str(self.wine.drive)
        words = [word.replace(drive, "C:").replace("/", "\\") for word in arguments]
        done = self.wine.run(str(self.program), *words)
        if done.returncode not in allowed:
            raise SmokeError(f"{arguments} gave {done.returncode}:\n{done.stdout}")
        return done.stdout


@pytest.fixture(scope="module")
def enrolled(laptop: WindowsLaptop, site: Site) -> WindowsLaptop:
    """The laptop with an enrolled agent, an acknowledged notice and a drop-in."""
    # Where nobody else may write: doctor looks at the folders of this file, too.
    shutil.copy(site.certificate.authority, laptop.folder / "ca.pem")
    laptop.configure("server", ca_file=r"C:\wfh\ca.pem")
    plugins = laptop.folder / "plugins"
    plugins.mkdir()
    (plugins / "smoke.py").write_text(DROP_IN)
    for command in (["enroll"], ["notice"], ["notice", "--acknowledge"]):
        done = laptop.run(*command)
        assert done.returncode == 0, done.stdout
    return laptop


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_it_passes_the_smoke_test(
    enrolled: WindowsLaptop, step: Callable[[Laptop], None], monkeypatch: pytest.MonkeyPatch
):
    # Windows has a keyring in every session; only the agent does not run.
    monkeypatch.setattr(smoke, "EXPECTED_FAULTS", {"agent"})
    (program,) = enrolled.program

    step(
        SmokeLaptop(
            program=Path(program),
            folder=enrolled.folder,
            environment={},
            arrivals=Path(),
            wine=enrolled.wine,
        )
    )


def test_what_only_the_compiler_needs_is_not_in_it(pytestconfig: pytest.Config):
    assert not list(pytestconfig.getoption("--compiled").rglob("*zstandard*"))


def test_its_keyring_is_the_credential_manager(enrolled: WindowsLaptop):
    output = enrolled.run("doctor").stdout

    (line,) = [line for line in output.splitlines() if line.split()[1:2] == ["keyring"]]
    assert "Windows Credential Manager" in line, output


def test_the_download_unpacks_where_its_version_has_a_folder(
    enrolled: WindowsLaptop, pytestconfig: pytest.Config
):
    download = pytestconfig.getoption("--compiled").with_name("wfhagent.exe").absolute()
    for place in enrolled.wine.drive.glob(UNPACKED):
        shutil.rmtree(place)

    output = enrolled.wine.run(windows_path(download), "--version").stdout

    assert output.startswith("wfhagent "), output
    (place,) = enrolled.wine.drive.glob(UNPACKED)
    assert (place / "wfhagent.exe").is_file()


def test_log_on_opens_no_console_window(enrolled: WindowsLaptop, site: Site):
    for (program,), has_window in ((enrolled.program, True), (enrolled.windowless, False)):
        before = len(site.rows(ALL_HEARTBEATS))
        start = (PYTHON, "-c", IN_NEW_CONSOLE, program)
        agent = enrolled.begin(*start, "run", "--quiet", "--config", CONFIG)
        wait_until(
            lambda before=before: len(site.rows(ALL_HEARTBEATS)) > before,
            "a heartbeat",
            seconds=END_SECONDS,
        )

        name = program.rpartition("\\")[2]
        assert bool(enrolled.window("wfhagent")) is has_window, name
        enrolled.send_message(WM_CLOSE)
        assert agent.wait(END_SECONDS) == 0, name
