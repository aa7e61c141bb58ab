"""Ends all that a plugin started, in whatever session that is (Linux).

The keeper is the process that the agent started. It goes on without plugins and pipes, and the
child becomes a copy of it. Processes that lose their parent become children of the keeper, since
it is a subreaper (prctl(2)). When the child has ended, or the agent ends the keeper, the keeper
kills all of them, and ends as the child did. Other systems have a job (Windows), or nothing.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

assert sys.platform == "linux"  # noqa: S101 -- tells mypy that the rest is for Linux only

_SET_PDEATHSIG = 1
_SET_CHILD_SUBREAPER = 36
_WATCHED = frozenset({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_MOST_DESCRIPTORS = 256
"""Far more than are open before a plugin runs."""
_LOOKS = 40
_LOOK_SECONDS = 0.1
"""Between two looks for processes that are left; all together less than what the agent waits."""


def keep_descendants() -> None:
    """Go on in a copy of this process, which stays as the keeper of the copy.

    Where the system refuses that, nothing changes: the agent then ends the child's own group.
    Call it before there are threads.
    """
    control = ctypes.CDLL(None).prctl
    control.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if control(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        return
    # An agent that is killed ends nobody any more.
    control(_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        child = os.fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return
    if child == 0:
        control(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return
    _keep(child)


def _keep(child: int) -> NoReturn:
    # Else the agent would wait for the end of pipes that only the child uses.
    os.closerange(0, _MOST_DESCRIPTORS)
    # The system keeps no status of a child whose end nobody wants to hear of.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = None
    while status is None:
        if signal.sigwait(_WATCHED) != signal.SIGCHLD:
            break
        status = _status_of(child)
    # A child that ends by itself just now keeps its status, whatever is sent to it.
    _end_like(_end_all(child, status))


def _status_of(child: int) -> int | None:
    """Forget all processes that have ended; return how *child* did, None if it has not."""
    status = None
    with suppress(ChildProcessError):
        while True:
            pid, ended_with = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == child:
                status = ended_with
    return status


def _end_all(child: int, status: int | None) -> int | None:
    """Kill what descends from this process; return the status of *child*, if not *status*."""
    for _ in range(_LOOKS):
        found = _status_of(child)
        status = status if found is None else found
        if not _has_children():
            break
        for pid in _descendants():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        signal.sigtimedwait({signal.SIGCHLD}, _LOOK_SECONDS)
    return status


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _descendants() -> Iterator[int]:
    """Yield the number of each process that descends from this one, parents first."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 -- names of all processes
        if name.isdecimal() and (parent := _parent_of(name)) is not None:
            children.setdefault(parent, []).append(int(name))
    found = [os.getpid()]
    for pid in found:
        found += children.get(pid, [])
    yield from found[1:]


def _parent_of(name: str) -> int | None:
    try:
        with open(f"/proc/{name}/stat", "rb") as stream:  # noqa: PTH123
            # The name of the program is in parentheses, and may have any character.
            return int(stream.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def _end_like(status: int | None) -> NoReturn:
    """End as the child did; by a signal when it cannot be ended."""
    code = -signal.SIGKILL if status is None else os.waitstatus_to_exitcode(status)
    if code < 0:
        with suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {-code})
        os.kill(os.getpid(), -code)
    os._exit(max(code, 1) if code else 0)
