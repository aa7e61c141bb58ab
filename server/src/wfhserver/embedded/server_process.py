"""One PostgreSQL: made, started, stopped. *name* is its folder in the layout's base."""

import os
import pwd
import shlex
from typing import Final

from wfhserver.embedded.layout import SERVER_ROLE, Layout
from wfhserver.embedded.programs import Programs
from wfhserver.errors import EmbeddedError
from wfhserver.files import write_private

PORT: Final = 5432
# After a power cut it replays what it had not written, which takes as long as it takes.
_START_SECONDS: Final = 3600
_STOP_SECONDS: Final = 45
_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    # Each worker of the server takes its pool and a writer.
    "max_connections": "200",
    "log_checkpoints": "off",
}
# The operating system says who opens the socket, and only these two are let in.
_HBA: Final = f"local all wfhserver,{SERVER_ROLE} peer map=wfhserver\n"


def initialize(programs: Programs, name: str) -> None:
    """Make an empty cluster."""
    programs.run(
        *("initdb", "-D", name, "-U", "wfhserver", "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth-host=scram-sha-256", "--auth-local=peer"),
    )


def admit(layout: Layout, name: str) -> None:
    """Write who may connect as whom; a running PostgreSQL has to reload its configuration."""
    ours = {_own_name()}
    if layout.account is not None:
        ours.add(layout.account.name)
    lines = [
        f'wfhserver "{each}" {role}\n'
        for each in sorted(ours)
        for role in ("wfhserver", SERVER_ROLE)
    ]
    for file, text in {"pg_hba.conf": _HBA, "pg_ident.conf": "".join(lines)}.items():
        path = layout.base / name / file
        write_private(path, text.encode())
        if layout.account is not None:
            os.chown(path, layout.account.uid, layout.account.gid, follow_symlinks=False)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise EmbeddedError(
            f"The system has no name for the user {os.geteuid()}, by which the embedded PostgreSQL"
            " would know it. Add one to /etc/passwd, or set WFHSERVER_DATABASE_URL."
        ) from None


def start(programs: Programs, name: str, port: int = PORT) -> None:
    """Start it, and wait until it answers."""
    admit(programs.layout, name)
    sockets = str(programs.layout.sockets)
    options = {**_OPTIONS, "port": str(port), "unix_socket_directories": sockets}
    # A shell reads them.
    words = " ".join(f"-c {key}={shlex.quote(value)}" for key, value in options.items())
    programs.run(
        *("pg_ctl", "start", "-w", "-t", str(_START_SECONDS), "-D", name),
        *("-l", programs.layout.journal.name, "-o", words),
        seconds=None,
    )


def stop(programs: Programs, name: str) -> None:
    """Stop it, whoever uses it."""
    programs.run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(_STOP_SECONDS), "-D", name)
