"""`wfhagent run`: the agent itself, until it is stopped."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
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
from wfhagent.memory import release
from wfhagent.session.choose import session_watch

log = logging.getLogger(__name__)

BY_HAND_SECONDS = 120.0
"""More than a command typed by hand takes, with a detailed log at the limits of its collectors."""

STARTED_SECONDS = 30.0
"""By then the first heartbeat is gone, and what it needs is loaded."""


def run(
    context: typer.Context,
    config: ConfigOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing.")] = False,
) -> None:
    """Report to the server until stopped: heartbeats, and the two detailed logs of a day."""
    assembly = assembled(context, config)
    log_to_file(assembly.paths.log, assembly.settings.agent.log_level)
    with _only_agent(assembly.paths.lock), _delivery(assembly.paths.delivery_lock):
        _run(assembly, quiet=quiet)


@contextmanager
def _only_agent(file: Path) -> Iterator[None]:
    lock = filelock.FileLock(file)
    try:
        held = lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise AlreadyRunningError(
            f"Another agent of this user is running ({file} is held); see `wfhagent status`."
        ) from error
    with held:
        yield


@contextmanager
def _delivery(file: Path) -> Iterator[None]:
    """Take over the outbox, as soon as a command such as `wfhagent send` is done with it."""
    lock = filelock.FileLock(file)
    held: AbstractContextManager[object]
    try:
        held = lock.acquire(timeout=0)
    except filelock.Timeout:
        log.info("Waiting for a command that delivers the outbox")
        held = _acquire_in_time(lock)
    with held:
        yield


def _acquire_in_time(lock: filelock.BaseFileLock) -> AbstractContextManager[object]:
    try:
        return lock.acquire(timeout=BY_HAND_SECONDS)
    except filelock.Timeout as error:
        raise AlreadyRunningError(
            f"Another process has held {lock.lock_file} for {BY_HAND_SECONDS:g} s; end it."
        ) from error


def _run(assembly: Assembly, *, quiet: bool) -> None:
    if not quiet:
        typer.echo(
            f"Reporting to {assembly.settings.server.url}; log {assembly.paths.log}; "
            "`wfhagent status` says how it stands; Ctrl-C stops."
        )
    with Agent(assembly, SystemClock(), session=session_watch()) as agent:

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            agent.stop()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        started = threading.Timer(STARTED_SECONDS, release)
        started.daemon = True
        started.start()
        agent.run()
