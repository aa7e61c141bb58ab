"""Recognizes what a PostgreSQL that is gone has left behind."""

import logging
import os
import subprocess
from pathlib import Path

log = logging.getLogger(__name__)

_PROC = Path("/proc")


def remove_stale_pid_file(cluster: Path) -> None:
    """Remove `postmaster.pid` when no process of that cluster lives; only while nobody starts one.

    PostgreSQL itself refuses to start when the file is empty, as a power cut leaves it, or when
    some other program has got the number in it.
    """
    file = cluster / "postmaster.pid"
    if not file.exists() or _has_processes(cluster, file):
        return
    log.warning("%s was left behind by a PostgreSQL that is gone, and is removed", file)
    file.unlink(missing_ok=True)


def _has_processes(cluster: Path, file: Path) -> bool:
    if not _PROC.joinpath("self").exists():
        return _is_postgres(file)
    # Each process of PostgreSQL works in its cluster; of a dead one some may be left for seconds.
    wanted = cluster.stat()
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                found = (entry / "cwd").stat()
            except OSError:  # It has ended, or belongs to another user than PostgreSQL's.
                continue
            if os.path.samestat(wanted, found):
                return True
    return False


def _is_postgres(file: Path) -> bool:
    """Tell whether the process that *file* names is a PostgreSQL, where there is no /proc."""
    first = file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    if not first.isascii() or not first.isdigit():
        return False
    ps = subprocess.run(  # noqa: S603 -- a number
        ["/bin/ps", "-o", "comm=", "-p", first], capture_output=True, text=True, check=False
    )
    return "postgres" in ps.stdout
