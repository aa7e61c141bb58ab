"""Asks a collector of a detailed log in a child process: it cannot hang, crash or bloat the agent.

The child is this very program with a hidden command. The request goes in on standard input, the
reading comes back on standard output, both as MessagePack; what the plugin prints goes elsewhere.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from wfhagent.collect.reading import Reading
from wfhagent.plugin import Occasion, Server

CHILD_COMMAND = "collect-in-child"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told."""

    collector: str
    config: Mapping[str, Any]
    occasion: Occasion
    now: datetime
    server: Server
    transport: str
    transport_config: Mapping[str, Any]
    token: str
    drop_ins: str
    trusted: Mapping[str, str]
    disabled: tuple[str, ...]


def read_in_child(request: Request, *, program: Sequence[str], limit_seconds: float) -> Reading:
    """Return what the collector gave; the child is killed at the limit."""
    process = subprocess.Popen(  # noqa: S603 -- our own program
        [*program, CHILD_COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=os.name == "posix",
        creationflags=_NO_WINDOW,
    )
    try:
        output, errors = process.communicate(msgspec.msgpack.encode(request), limit_seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return Reading(failure=f"gave nothing within {limit_seconds:g} s")
    try:
        return msgspec.msgpack.decode(output, type=Reading)
    except msgspec.DecodeError:
        last_line = errors.decode(errors="replace").strip().rpartition("\n")[2]
        return Reading(failure=f"its process ended with {process.returncode}: {last_line[:200]}")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and, where the system knows groups, whatever it started."""
    if sys.platform != "win32":
        import signal  # noqa: PLC0415 -- killpg and SIGKILL exist here only

        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0
