"""A virtual screen with something on it, where the machine has none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wfhserver.demo.children import child

# -noreset: without it the background is gone with the program that painted it.
_VIRTUAL_SCREEN = ("Xvfb", "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset")
_TERMINAL = (
    "xterm",
    "-geometry",
    "110x30+120+90",
    "-fn",
    "10x20",
    "-bg",
    "#10243e",
    "-fg",
    "white",
)


@contextmanager
def display(folder: Path, shown: Path) -> Iterator[Mapping[str, str]]:
    """Yield the environment of programs that need a screen.

    On a machine with a screen that is the environment as it is. On one without, a virtual screen
    with a terminal that follows the file *shown*; without the programs for that
    there is no screen, and the logs will say so.
    """
    environment = dict(os.environ)
    if has_screen() or any(shutil.which(name) is None for name in ("Xvfb", "xterm")):
        yield environment
        return
    with ExitStack() as stack:
        number = stack.enter_context(_virtual_screen(folder))
        environment |= {"DISPLAY": number, "XDG_SESSION_TYPE": "x11"}
        if shutil.which("xsetroot") is not None:
            subprocess.run(["xsetroot", "-solid", "#35618e"], env=environment, check=False)  # noqa: S607
        shown.touch()
        stack.enter_context(
            child(
                [*_TERMINAL, "-T", "wfhagent demo", "-e", "tail", "-n", "40", "-f", str(shown)],
                journal=folder / "display.log",
                environment=environment,
            )
        )
        yield environment


def has_screen() -> bool:
    """Tell whether the machine has a screen, so that somebody can look at it."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _virtual_screen(folder: Path) -> Iterator[str]:
    """Yield the name of a new X display; Xvfb picks the number and writes it when it is ready."""
    reader, writer = os.pipe()
    with (folder / "display.log").open("ab") as journal:
        process = subprocess.Popen(  # noqa: S603
            [*_VIRTUAL_SCREEN, "-displayfd", str(writer)],
            pass_fds=(writer,),
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            start_new_session=True,
        )
    os.close(writer)
    try:
        with os.fdopen(reader) as stream:
            yield f":{stream.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
