"""No console window: for the programs that the agent starts, and for the agent itself.

Windows opens a window for every console program whose parent has no console, unless a flag forbids
it. The agent of a log-on has none: it runs as the program without a console.
"""

import sys
from pathlib import PureWindowsPath

NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
"""For `creationflags` of every process: CREATE_NO_WINDOW."""

_WINDOWLESS = {"python.exe": "pythonw.exe", "wfhagent.exe": "wfhagentw.exe"}


def windowless(program: str) -> str:
    """Return the twin of *program* that has no console, or *program* where it has none."""
    path = PureWindowsPath(program)
    twin = _WINDOWLESS.get(path.name.lower())
    return program if twin is None else str(path.with_name(twin))
