"""Makes what `make test-systemd` needs and keeps it: a bootable Debian, and the wheels of the lock.

All of it is in `cache()`; delete the folder to have it made again.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.worlds.roots import REPOSITORY, base_root, cache

LOCKS = ("lock.txt", "server.txt")


def archives() -> Path:
    """Return the folder of Debian packages that were downloaded before."""
    return cache() / "archives"


def wheels() -> Path:
    """Return the folder of wheels that the lock names."""
    return cache() / "wheels"


def main() -> int:
    """Make what is missing."""
    base_root()
    (archives() / "partial").mkdir(parents=True, exist_ok=True)
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
