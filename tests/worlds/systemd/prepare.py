"""Makes what `make test-systemd` needs and keeps it: a bootable Debian, and the wheels of the lock.

Everything lies in `cache()`; delete the folder to have it made again.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
LOCKS = ("lock.txt", "server.txt")
PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "polkitd"),
    *("python3", "python3-venv", "iproute2", "util-linux"),
)
"""Without polkitd logind refuses every inhibitor to a user. Not here: procps, which is optional."""


def cache() -> Path:
    """Return the folder that is kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("WFHAGENT_WORLDS") or f"{home}/wfhagent-worlds")


def base() -> Path:
    """Return the Debian that the machines are copies of; nobody writes to it."""
    return cache() / "bookworm"


def archives() -> Path:
    """Return the folder of Debian packages that were downloaded before."""
    return cache() / "archives"


def wheels() -> Path:
    """Return the folder of wheels that the lock names."""
    return cache() / "wheels"


def main() -> int:
    """Make what is missing."""
    (archives() / "partial").mkdir(parents=True, exist_ok=True)
    if not base().exists():
        make = ["sh", str(Path(__file__).with_name("make_root.sh")), str(base()), *PACKAGES]
        subprocess.run(make, check=True)
    for name in LOCKS:
        _download(REPOSITORY / "requirements" / name)
    return 0


def _download(lock: Path) -> None:
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    done = wheels() / f"{lock.name}.sha256"
    if done.exists() and done.read_text() == digest:
        return
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    which = ("--only-binary=:all:", "--python-version", "3.11", "--require-hashes")
    subprocess.run([*pip, *which, "--dest", str(wheels()), "-r", str(lock)], check=True)
    done.write_text(digest)


if __name__ == "__main__":
    sys.exit(main())
