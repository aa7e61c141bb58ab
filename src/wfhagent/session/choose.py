"""Which watch this system has."""

import sys

from wfhagent.session.watch import NoWatch, SessionWatch

# Each watch is imported on its own system only: it needs what the others do not have.


def session_watch() -> SessionWatch:
    """Return the watch for this operating system, not yet started."""
    if sys.platform == "linux":
        from wfhagent.session.logind import LogindWatch  # noqa: PLC0415

        return LogindWatch()
    if sys.platform == "win32":
        from wfhagent.session.windows import WindowsWatch  # noqa: PLC0415

        return WindowsWatch()
    if sys.platform == "darwin":
        from wfhagent.session.macos import MacWatch  # noqa: PLC0415

        return MacWatch()
    return NoWatch()
