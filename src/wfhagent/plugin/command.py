"""PUBLIC: asks the system's own commands, with a time limit and without a window.

from wfhagent.plugin.command import ask_command

status = ask_command(["fdesetup", "status"])
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from wfhagent.plugin.facts import AbsentError
from wfhagent.system.no_window import NO_WINDOW
from wfhagent.system.powershell import powershell

Ask = Callable[[Sequence[str]], str]
"""Runs a command and returns what it prints; tests of a plugin bring their own."""

LIMIT_SECONDS = 30.0
_LONGEST_ANSWER = 150


def ask_command(
    command: Sequence[str], *, limit_seconds: float = LIMIT_SECONDS, allowed: Sequence[int] = (0,)
) -> str:
    """Run *command* to its end and return what it prints, in English where it can.

    It gets no input. Folders with commands of administrators are searched too. *allowed* are the
    exit codes with which its answer counts.

    Raises:
        AbsentError: it is not installed, failed, or took longer than *limit_seconds*.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- a command that the plugin names
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            # Windows answers in the code page of its console.
            encoding="oem" if sys.platform == "win32" else "utf-8",
            errors="replace",
            env=_environment(),
            cwd=os.sep,
            timeout=limit_seconds,
            creationflags=NO_WINDOW,
        )
    except FileNotFoundError:
        raise AbsentError(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise AbsentError(f"{command[0]} gave no answer within {limit_seconds:g} s") from None
    except OSError as error:
        raise AbsentError(f"{command[0]} cannot be started: {error.strerror}") from error
    if done.returncode not in allowed:
        answer = " ".join((done.stderr.strip() or done.stdout.strip()).split())
        detail = f": {answer[:_LONGEST_ANSWER]}" if answer else ""
        raise AbsentError(f"{command[0]} failed with {done.returncode}{detail}")
    return done.stdout


def ask_powershell(script: str, *, limit_seconds: float = LIMIT_SECONDS) -> str:
    """Return what *script* prints in Windows PowerShell; an error in it is a failure.

    Raises:
        AbsentError: as `ask_command`.
    """
    return ask_command(
        powershell(f"$ErrorActionPreference = 'Stop'; {script}"), limit_seconds=limit_seconds
    )


def json_of(printed: str) -> Any:
    """Return what a command *printed* as JSON.

    Raises:
        AbsentError: it is no JSON.
    """
    try:
        return json.loads(printed)
    except ValueError:
        raise AbsentError("the system gave an answer that cannot be read") from None


def _environment() -> dict[str, str]:
    environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    if sys.platform != "win32":
        environment["PATH"] = f"{environment.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    return environment
