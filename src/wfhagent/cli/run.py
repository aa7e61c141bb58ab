"""`wfhagent run`: the agent itself, until it is stopped."""

import signal
import threading
from types import FrameType
from typing import Annotated

import filelock
import typer

from wfhagent.agent import Agent
from wfhagent.assembly import Assembly
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.errors import AlreadyRunningError
from wfhagent.logs import log_to_file


def run(
    context: typer.Context,
    config: ConfigOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing.")] = False,
) -> None:
    """Report to the server until stopped: heartbeats, and the two detailed logs of a day."""
    assembly = assembled(context, config)
    log_to_file(assembly.paths.log, assembly.settings.agent.log_level)
    lock = filelock.FileLock(assembly.paths.lock)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise AlreadyRunningError(
            f"Another agent of this user is running ({assembly.paths.lock} is held); see "
            "`wfhagent status`."
        ) from error
    with lock:
        _run(assembly, quiet=quiet)


def _run(assembly: Assembly, *, quiet: bool) -> None:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    if not quiet:
        typer.echo(
            f"Reporting to {assembly.settings.server.url}; log {assembly.paths.log}; "
            "`wfhagent status` says how it stands; Ctrl-C stops."
        )
    with Agent(assembly, SystemClock()) as agent:
        agent.run(stop)
