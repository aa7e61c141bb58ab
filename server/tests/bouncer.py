"""PgBouncer in front of a database on this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT = 6432
BOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
_CONFIGURATION = """\
[databases]
{database} = host={host} port={port} dbname={database} user=wfhserver
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = {listen}
auth_type = any
pool_mode = {mode}
user = {user}
"""


class Bouncer:
    """One PgBouncer in *folder*, which anybody may enter; it may be started again."""

    def __init__(self, folder: Path, host: str, *, port: int, database: str, mode: str) -> None:
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        self.url = f"postgresql://wfhserver@/{database}?host={folder}&port={PORT}"
        self._file = folder / "pgbouncer.ini"
        self._file.write_text(
            _CONFIGURATION.format(
                database=database,
                host=host,
                port=port,
                folder=folder,
                listen=PORT,
                mode=mode,
                user="nobody" if os.geteuid() == 0 else "",
            )
        )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it for this context; its first connection is possible."""
        assert BOUNCER is not None
        with subprocess.Popen(
            [BOUNCER, str(self._file)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/"
        ) as process:
            try:
                assert process.stderr is not None
                for line in process.stderr:
                    if b"process up" in line:
                        break
                yield process
            finally:
                process.kill()
