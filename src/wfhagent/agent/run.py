"""The process that stays: one agent per user, until it is stopped.

It knows no command line, which would take 1.4 MiB of it for as long as it waits.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, ModuleType

from wfhagent.agent.agent import Agent
from wfhagent.assembly import Assembly, assemble
from wfhagent.clock import Clock, SystemClock
from wfhagent.collect.plugin_folders import delete_folders_of_removed_plugins
from wfhagent.errors import (
    AlreadyRunningError,
    DamagedOutboxError,
    LockedError,
    ReopenOutboxError,
    WfhagentError,
    in_words,
)
from wfhagent.notice.person import PersonAtScreen
from wfhagent.os_session.choose import session_watch
from wfhagent.process.logging_setup import log_to_file, log_to_file_only, log_to_stderr
from wfhagent.system.lock import hold
from wfhagent.system.memory import release, use_one_arena
from wfhagent.system.paths import config_file
from wfhagent.system.user_agents import only_agent, running_agent

log = logging.getLogger(__name__)

BY_HAND_SECONDS = 120.0
"""More than a command typed by hand takes, with a detailed log at the limits of its collectors."""

_PERSON = PersonAtScreen()
"""One for the process: an agent that opens its outbox again does not announce itself again."""
NO_SIGNAL = b"\0"
"""Ends the thread that waits for one."""
ONCE_SECONDS = 1.0
"""Within it two signals are one: `timeout` sends its own to the process and to its group."""
DAMAGED_IN_A_ROW = 3
DAMAGED_SECONDS = 600.0
"""A file that is damaged again within this time is on a disk that cannot keep one."""
LOOKED_AT_SECONDS = 1.0
"""Within it a command or the icon has found out whether an agent runs, and let go of the lock."""
STARTED_SECONDS = 30.0
"""By then the first heartbeat is gone, and what it needs is loaded."""


def run(
    config: Path | None,
    built_in: Mapping[str, ModuleType],
    *,
    say: Callable[[str], object] | None = None,
) -> None:
    """Report to the server until SIGTERM or SIGINT.

    Args:
        config: the agent.toml to use; None for the machine's or the user's.
        built_in: the plugin modules compiled into the program.
        say: shows a person the line that says where it reports to.

    Raises:
        AlreadyRunningError: another agent of this user is there.
        SettingsError: the configuration cannot be used.
    """
    use_one_arena()
    log_to_stderr("warning")
    assembly = assemble(config_file(config), built_in)
    log_to_file(assembly.paths.log, assembly.settings.agent.log_level)
    if say is None:
        log_to_file_only()
    with ExitStack() as held:
        _become_the_only_agent(held, assembly)
        _take_over_delivery(held, assembly.paths.delivery_lock)
        delete_folders_of_removed_plugins(assembly)
        if say is not None:
            say(
                f"Reporting to {assembly.destination()}; log {assembly.paths.log}; "
                "`wfhagent status` shows its state; Ctrl-C stops."
            )
        _run(assembly)


def _become_the_only_agent(held: ExitStack, assembly: Assembly) -> None:
    """Be the one agent of this user, and of the data folder, which another user may have, too."""
    agent = assembly.as_user_agent(SystemClock())
    try:
        held.enter_context(only_agent(agent, wait_seconds=LOOKED_AT_SECONDS))
    except AlreadyRunningError:
        other = running_agent()
        if other is None or not other.by_hand:
            raise
        log.info("Waiting for a command: %s", other)
        held.enter_context(only_agent(agent, wait_seconds=BY_HAND_SECONDS))
    file = assembly.paths.lock
    try:
        held.enter_context(hold(file))
    except LockedError as error:
        raise AlreadyRunningError(
            f"Another agent of this user is running ({file} is held); see `wfhagent status`."
        ) from error


def _take_over_delivery(held: ExitStack, file: Path) -> None:
    """Take over the outbox, as soon as a command such as `wfhagent send` is done with it."""
    try:
        held.enter_context(hold(file))
    except LockedError:
        log.info("Waiting for a command that delivers the outbox")
        try:
            held.enter_context(hold(file, wait_seconds=BY_HAND_SECONDS))
        except LockedError as error:
            raise AlreadyRunningError(
                f"Another process has held {file} for {BY_HAND_SECONDS:g} s; end it."
            ) from error


def _run(assembly: Assembly) -> None:
    """Run an agent; the next one takes over whenever the outbox must be opened again.

    One that finds its outbox damaged soon after it began is followed `DAMAGED_IN_A_ROW` times.
    """
    clock = SystemClock()
    damaged = 0
    while True:
        began = clock.elapsed()
        try:
            _run_once(assembly)
        except ReopenOutboxError as error:
            # An agent works for REOPEN_SECONDS at least before it says so.
            log.error("%s The outbox is opened again.", error)  # noqa: TRY400
        except DamagedOutboxError as error:
            damaged = 1 if clock.elapsed() - began > DAMAGED_SECONDS else damaged + 1
            if damaged > DAMAGED_IN_A_ROW:
                raise
            log.error("%s The outbox is opened again.", error)  # noqa: TRY400
        except WfhagentError:
            raise
        except OSError as error:
            log.critical("The agent ends: %s", in_words(error))
            log.debug("Where that was", exc_info=True)
            raise
        except Exception:
            # The system starts it again; a report for support must tell why it had to.
            log.critical("The agent ends by a fault of its own", exc_info=True)
            raise
        else:
            return


def _endings() -> Iterator[int]:
    """Yield the signals that ask the agent to end."""
    yield from (signal.SIGTERM, signal.SIGINT)
    if sys.platform == "win32":
        # Ctrl-Break, and the console's window being closed.
        yield signal.SIGBREAK
    # The terminal is gone; `nohup` has it ignored.
    elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        yield signal.SIGHUP


@contextmanager
def stopped_by_signals(stop: Callable[[], object], clock: Clock) -> Iterator[None]:
    """Have *stop* called, in a thread of its own, when the process is asked to end.

    The main thread may hold the very lock that *stop* takes when a signal interrupts it: it would
    wait for itself, and never end. On Windows no signal interrupts it while it waits, so the number
    of a signal goes through a pipe, which is written before any Python code runs.
    """
    asked: list[float] = []
    wanted, wake = os.pipe()
    if sys.platform != "win32":
        os.set_blocking(wake, False)

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.append(clock.elapsed())
        if asked[-1] - asked[0] > ONCE_SECONDS:
            # Who asks again does not wait for a server that is slow.
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    def wait_for_it() -> None:
        if os.read(wanted, 1) != NO_SIGNAL:
            stop()

    waiting = threading.Thread(target=wait_for_it, name="stop", daemon=True)
    waiting.start()
    before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in _endings():
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.write(wake, NO_SIGNAL)
        waiting.join(ONCE_SECONDS)
        os.close(wake)
        os.close(wanted)


def _run_once(assembly: Assembly) -> None:
    clock = SystemClock()
    with ExitStack() as held:
        agent = held.enter_context(Agent(assembly, clock, session=session_watch(), person=_PERSON))
        held.enter_context(stopped_by_signals(lambda: agent.stop(), clock))  # noqa: PLW0108
        started = threading.Timer(STARTED_SECONDS, release)
        started.daemon = True
        started.start()
        agent.run()
