"""Drop-ins for tests, written as files into a folder that only their owner can write."""

import os
import select
import sys
from pathlib import Path

from tests.waiting import PATIENCE_SECONDS

ABORTED = "ended with" if sys.platform == "win32" else "was ended by SIGABRT"
"""How a process that called `os.abort` ends."""
CRASHED = "access violation" if sys.platform == "win32" else "was ended by SIGSEGV"
"""How a process that reads address 0 by ctypes ends; Windows lets ctypes raise it."""
SHORT_LIMIT_SECONDS = 2 if sys.platform == "linux" else 8
"""Within it a child answers that wants to; elsewhere processes start less quickly."""
COLLECTOR = '''
{at_import}
from wfhagent.plugin import Collector, Config, Context, Fact, Facts, Occasion, Personal, hookimpl

class Gauge(Collector[Config]):
    """Knows the charge."""

    name = "{name}"
    facts = (Fact("percent", "Charge in percent", "To plan updates", Personal.NO),)
    occasions = frozenset({{Occasion.HEARTBEAT, Occasion.DETAILED_LOG}})
    time_limit_seconds = {limit}

    def collect(self, context: Context) -> Facts:
        {body}
        return {{"percent": 80}}

@hookimpl
def register_collectors():
    {at_registration}
    return [Gauge]
'''

CALENDAR = '''
from datetime import date
from wfhagent.plugin import Calendar, Config, hookimpl

class Holidays(Calendar[Config]):
    """Knows the holidays."""

    name = "{name}"
    time_limit_seconds = {limit}

    def day_off(self, day):
        {body}

@hookimpl
def register_calendars():
    return [Holidays]
'''


def collector(
    name: str = "battery",
    *,
    at_import: str = "",
    at_registration: str = "pass",
    body: str = "pass",
    limit: float = PATIENCE_SECONDS,
) -> str:
    """Return the source of a collector whose `collect` is *body*."""
    return COLLECTOR.format(
        name=name, at_import=at_import, at_registration=at_registration, body=body, limit=limit
    )


def calendar(
    name: str = "holidays", *, body: str = "return None", limit: float = PATIENCE_SECONDS
) -> str:
    """Return the source of a calendar whose `day_off` is *body*."""
    return CALENDAR.format(name=name, body=body, limit=limit)


def drop(folder: Path, name: str, source: str) -> Path:
    """Write *source* to the file *name* under *folder*, which only its owner can change."""
    file = folder / name
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    file.chmod(0o644)
    return file


DAEMON = """
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {code!r}], start_new_session=True)
while not os.path.exists({file!r}): pass
"""
DAEMON_CODE = """
import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
with open({file!r} + ".new", "w") as file: file.write(str(os.getpid()))
os.rename({file!r} + ".new", {file!r})
time.sleep(600)
"""


def daemon(file: Path) -> str:
    """Return code, one line, that starts a process as daemons do: by setsid and a double fork.

    Its number is in *file*.
    """
    code = DAEMON_CODE.format(file=str(file))
    return f"exec({DAEMON.format(file=str(file), code=code)!r})"


END_SECONDS = 20
"""How long the system may take to end a process after a kill."""

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    SYNCHRONIZE, WAIT_OBJECT_0 = 0x100000, 0

    def ends(pid: int) -> bool:
        """Tell whether the process *pid* ends within END_SECONDS."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.WaitForSingleObject.argtypes = [wintypes.HANDLE, wintypes.DWORD]
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        handle = kernel.OpenProcess(SYNCHRONIZE, False, pid)
        if not handle:
            return True
        try:
            return kernel.WaitForSingleObject(handle, END_SECONDS * 1000) == WAIT_OBJECT_0
        finally:
            kernel.CloseHandle(handle)

else:

    def ends(pid: int) -> bool:
        """Tell whether the process *pid* ends within END_SECONDS."""
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([handle], [], [], END_SECONDS)[0])
        finally:
            os.close(handle)
