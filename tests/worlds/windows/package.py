"""Installs, upgrades, downgrades and removes the MSI under Wine: `make test-msi`.

The program in it is a stand-in of a few lines, so that no compiler is needed for an hour; what the
MSI calls, when, and what it leaves is that of the real one.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.worlds.windows.build import install_windows
from tests.worlds.windows.wine import ROOT, Wine, cache, windows_path

sys.path.insert(0, str(ROOT / "packaging"))
from installers import msi

from wfhagent.os_service.windowless_copy import write_windowless_copy

HERE = Path(__file__).parent
INSTALL, UNINSTALL = "service install --all-users", "service uninstall --all-users"
FAILED = 1603 & 0xFF
"""ERROR_INSTALL_FAILURE, of which Linux keeps the last byte."""


class Machine:
    """One computer, on which packages are installed."""

    def __init__(self, folder: Path) -> None:
        self.wine = Wine(folder)
        self.program = self.wine.drive / "Program Files/wfhagent/wfhagent.exe"
        self._calls = self.wine.drive / "calls.txt"
        self._packages = folder / "packages"

    def start(self) -> None:
        """Make a new Windows."""
        shutil.rmtree(self.wine.folder, ignore_errors=True)
        for name in ("home", "run"):
            (self.wine.folder / name).mkdir(parents=True)
        (self.wine.folder / "run").chmod(0o700)
        install_windows(self.wine)

    def package(self, version: str) -> Path:
        """Return the MSI of *version*, with a stand-in for its program."""
        folder = self._packages / version / "wfhagent"
        folder.mkdir(parents=True)
        program = folder / "wfhagent.exe"
        compiler = ["x86_64-w64-mingw32-gcc", f'-DVERSION="{version}"', "-o", str(program)]
        subprocess.run([*compiler, str(HERE / "stand_in.c")], check=True)
        write_windowless_copy(program, folder / "wfhagentw.exe")
        return msi.build(self._packages, folder, version)

    def msiexec(self, verb: str, package: Path) -> tuple[int, list[str]]:
        """Return the exit code, and what was called meanwhile: version, command."""
        self._calls.unlink(missing_ok=True)
        done = self.wine.run("msiexec", verb, windows_path(package), "/qn", seconds=300)
        calls = self._calls.read_text().splitlines() if self._calls.exists() else []
        return done.returncode, calls

    def fail(self, version: str) -> None:
        """Let the program of *version* fail from now on."""
        (self.wine.drive / f"fail-{version}").touch()

    def version(self) -> str:
        """Return the version that is installed, read from its program; empty for none."""
        if not self.program.exists():
            return ""
        content = self.program.read_bytes()
        return next(v for v in VERSIONS if f"fail-{v}".encode() in content)


VERSIONS = ("0.1.0", "0.1.1", "0.1.2")


def play(machine: Machine) -> None:
    """Go through the life of an MSI, and check each step."""
    old, new, broken = map(machine.package, VERSIONS)
    check("install", machine.msiexec("/i", old), (0, [f"0.1.0 {INSTALL}"]))
    check("its version", machine.version(), "0.1.0")
    upgrade = [f"0.1.0 {UNINSTALL}", f"0.1.1 {INSTALL}"]
    check("upgrade", machine.msiexec("/i", new), (0, upgrade))
    check("downgrade", machine.msiexec("/i", old), (FAILED, []))
    check("its version", machine.version(), "0.1.1")
    check("remove", machine.msiexec("/x", new), (0, [f"0.1.1 {UNINSTALL}"]))
    check("nothing left", machine.program.parent.exists(), expected=False)
    machine.fail("0.1.2")
    code, calls = machine.msiexec("/i", broken)
    # Wine has an exit code of its own, and does not call the programs of a rollback.
    check("a failed installation", (code != 0, calls), (True, [f"0.1.2 {INSTALL}"]))
    check("nothing left", machine.program.parent.exists(), expected=False)


def check(name: str, found: object, expected: object) -> None:
    """Say what was found; end when it is not what is expected."""
    print(f"{name}: {found}")
    if found != expected:
        raise SystemExit(f"{name}: expected {expected}")


if __name__ == "__main__":
    began = time.monotonic()
    machine = Machine(cache().with_name("windows-msi"))
    machine.start()
    try:
        play(machine)
    finally:
        machine.wine.end()
    print(f"The MSI passed in {time.monotonic() - began:.0f} s.")
