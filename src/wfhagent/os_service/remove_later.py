"""Windows: removes the folder of the program that runs, once it has ended."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from wfhagent.system.powershell import powershell

TRIES = 30
"""A second apart: a virus scanner may look at the program when it ends."""


def removal(folders: Sequence[Path], pid: int) -> list[str]:
    """Return the command that waits for process *pid* and removes *folders*."""
    listed = ",".join("'" + str(folder).replace("'", "''") + "'" for folder in folders)
    script = (
        f"Wait-Process -Id {pid} -ErrorAction SilentlyContinue; "
        f"foreach ($try in 1..{TRIES}) {{ "
        f"Remove-Item -LiteralPath {listed} -Recurse -Force -ErrorAction SilentlyContinue; "
        f"if (-not (Test-Path -LiteralPath {listed} | Where-Object {{ $_ }})) {{ break }}; "
        "Start-Sleep -Seconds 1 }"
    )
    return powershell(script)


def remove_later(folders: Sequence[Path], start: Callable[[Sequence[str]], None]) -> None:
    """Have *folders* removed when this process has ended; *start* starts a command.

    Raises:
        ServiceError: there is no PowerShell.
    """
    start(removal(folders, os.getpid()))
