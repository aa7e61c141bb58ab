"""Which watch this system has."""

import os
import sys
from collections.abc import Callable
from functools import partial

from wfhagent.os_session.watch import SessionWatch

_watch: Callable[[], SessionWatch]

if sys.platform == "linux":
    from wfhagent.os_session.attendance import VARIABLE
    from wfhagent.os_session.logind import LogindWatch

    _watch = partial(LogindWatch, follows_session=VARIABLE in os.environ)
elif sys.platform == "win32":
    from wfhagent.os_session.window import MessageWindow
    from wfhagent.os_session.windows import WindowsWatch

    _watch = partial(WindowsWatch, MessageWindow)
elif sys.platform == "darwin":
    from wfhagent.os_session.iokit import SystemPower
    from wfhagent.os_session.macos import MacWatch

    _watch = partial(MacWatch, SystemPower)
else:
    from wfhagent.os_session.watch import NoWatch

    _watch = NoWatch


def session_watch() -> SessionWatch:
    """Return the watch for this operating system, not yet started."""
    return _watch()
