"""How this server starts its own Python again, and in which working directory."""

import os
import sys

FOLDER = os.path.dirname(sys.executable)  # noqa: PTH120 -- loaded before anything else
"""The working directory of such a process: nobody else puts files there."""


def own_python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs *module*, and imports nothing from the working directory."""
    return [sys.executable, "-P", "-m", module, *arguments]


def keep_working_directory_out() -> None:
    """Take modules from the working directory neither here nor in any process started from here.

    `python -m` puts that directory first in the search path, and so do the processes of
    multiprocessing, which runs the workers.
    """
    if not sys.flags.safe_path and sys.path and sys.path[0] == _working_directory():
        del sys.path[0]
    os.environ["PYTHONSAFEPATH"] = "1"


def _working_directory() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:
        return ""
