"""A separate Windows in a folder: Wine's prefix, and how to run programs in it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.worlds import roots

ROOT = Path(__file__).parents[3]
LOADER = "/usr/lib/wine/wine64"
SERVER = "/usr/lib/wine/wineserver64"
PYTHON = r"C:\py\python.exe"


def cache() -> Path:
    """Return the folder with the cached world, one of those that `roots` keeps."""
    return roots.cache() / "windows"


@dataclass(frozen=True)
class Wine:
    """Wine with its prefix in *folder*, on the X display *display* or on none."""

    folder: Path
    display: str = ""

    @property
    def drive(self) -> Path:
        """The folder that is C: there."""
        return self.folder / "prefix/drive_c"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a Windows program, without that of the user who runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "LANG": "C.UTF-8",
            "WINEPREFIX": str(self.folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # Wine would offer to install .NET and a browser.
            "WINEDLLOVERRIDES": "mscoree=;mshtml=",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "DISPLAY": self.display,
        }

    def start(
        self, *command: str, cwd: Path | None = None, **environment: str
    ) -> "subprocess.Popen[str]":
        """Start a program of Windows; its output is a pipe.

        Wine gives Python no standard streams when they are files or the null device of Linux.
        """
        return subprocess.Popen(
            [LOADER, *command],
            env={**self.environment, **environment},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def run(
        self, *command: str, cwd: Path | None = None, seconds: float = 120, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program of Windows to its end; its output is in `stdout`, with the errors."""
        with self.start(*command, cwd=cwd, **environment) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(command, process.returncode, output)

    def end(self) -> None:
        """End every program of this prefix."""
        command = [SERVER, "--kill"]
        subprocess.run(command, env=self.environment, check=False, capture_output=True)


def windows_path(path: Path) -> str:
    r"""Return *path* as a program of Windows names it: Wine's drive Z: is the root of Linux."""
    return "Z:" + str(path).replace("/", "\\")
