"""Builds and runs images where no container engine runs: `buildah --isolation=chroot`, as root.

The base is a Debian that debootstrap made, imported under the name that the Containerfile gives it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.worlds.roots import REPOSITORY, bare_root, cache

BASE = "localhost/debian:trixie-slim"
PYTHON = "3.13"
"""Of Debian 13."""
SLIM = ("doc", "man", "locale")
USER = 10001
CONTAINER = """\
set -e
mount --make-rprivate /
mount --bind "$TREE" "$TREE"
mount -o remount,bind,ro "$TREE"
mount -t proc proc "$TREE/proc"
mount --rbind /dev "$TREE/dev"
mount -t tmpfs -o mode=1777 tmpfs "$TREE/tmp"
mount --bind "$DATA" "$TREE/data"
mount --bind /etc/resolv.conf "$TREE/etc/resolv.conf"
exec setpriv --no-new-privs chroot --userspec="$USER_ID:$USER_ID" --groups= "$TREE" "$@"
"""


class Buildah:
    """Images and containers in a store of the test's own, so that the machine's is untouched."""

    def __init__(self) -> None:
        self._store = cache() / "containers"
        self._wheels = cache() / f"wheels-{PYTHON}"
        self._archives = cache() / "archives-trixie"

    def run(self, *arguments: object) -> str:
        """Run buildah, which must succeed, and return what it prints."""
        place = ("--root", self._store / "root", "--runroot", self._store / "run")
        words = map(str, ("buildah", *place, "--storage-driver", "overlay", *arguments))
        done = subprocess.run([*words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout.strip()

    def import_base(self) -> None:
        """Make the base image of a fresh Debian, unless the store has it."""
        if BASE in self.run("images", "--format", "{{.Name}}:{{.Tag}}"):
            return
        container = self.run("from", "scratch")
        tree = self.run("mount", container)
        subprocess.run(["cp", "-a", f"{bare_root()}/.", tree], check=True)
        # What the slim image of that name leaves out.
        for folder in ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists"):
            shutil.rmtree(Path(tree, folder))
            Path(tree, folder).mkdir()
        slim = Path(tree, "etc/dpkg/dpkg.cfg.d/slim")
        slim.write_text("".join(f"path-exclude /usr/share/{each}/*\n" for each in SLIM))
        self.run("umount", container)
        self.run("commit", "--rm", container, BASE)

    def build(self, context: Path, name: str) -> None:
        """Build the image *name* of *context*; packages come from caches, by the lock's hashes."""
        self._download_wheels()
        self._archives.mkdir(parents=True, exist_ok=True)
        (self._archives / "partial").mkdir(exist_ok=True)
        config = self._wheels / "pip.conf"
        config.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        volumes = {
            f"{self._wheels}:/wheels:ro",
            f"{config}:/etc/pip.conf:ro",
            f"{self._archives}:/var/cache/apt/archives",
        }
        options = [word for volume in sorted(volumes) for word in ("--volume", volume)]
        self.run(
            *("bud", "--isolation=chroot", "--pull-never", "--layers", "--format", "docker"),
            *(*options, "--tag", name, "--file", context / "Containerfile", context),
        )

    def _download_wheels(self) -> None:
        lock = REPOSITORY / "requirements" / "server.txt"
        done = self._wheels / "lock"
        if done.exists() and done.read_text() == lock.read_text():
            return
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes")
        which = ("--only-binary=:all:", "--python-version", PYTHON)
        subprocess.run([*pip, *which, "--dest", str(self._wheels), "-r", str(lock)], check=True)
        shutil.copy(lock, done)

    def facts(self, name: str) -> dict[str, Any]:
        """Return the configuration of the image *name*, as Docker writes it."""
        found: dict[str, Any] = json.loads(self.run("inspect", "--type", "image", name))["Docker"]
        return found


class Container:
    """A container of the image *name*, whose file system is read-only, with one volume *data*."""

    def __init__(self, buildah: Buildah, name: str, data: Path) -> None:
        self._buildah, self._data = buildah, data
        config = buildah.facts(name)["config"]
        self._image = dict(entry.split("=", 1) for entry in config["Env"])
        self._entry: list[str] = config["Entrypoint"]
        self._health: list[str] = config["Healthcheck"]["Test"][1:]
        self.name = buildah.run("from", "--pull-never", name)
        self.tree = Path(buildah.run("mount", self.name))

    def remove(self) -> None:
        """Delete it; the volume stays."""
        self._buildah.run("umount", self.name)
        self._buildah.run("rm", self.name)

    def run(self, *words: str, environment: Mapping[str, str], volumes: Sequence[str] = ()) -> str:
        """Run the entry point with *words* by `buildah run`, which must succeed."""
        options = [word for pair in environment.items() for word in ("--env", "=".join(pair))]
        for volume in (f"{self._data}:/data", *volumes):
            options += ["--volume", volume]
        isolated = ("run", "--isolation=chroot", "--user", f"{USER}:{USER}", *options)
        return self._buildah.run(*isolated, self.name, "--", *self._entry, *words)

    def is_healthy(self, environment: Mapping[str, str]) -> bool:
        """Return what the health check of the image says of the server that runs."""
        check = ["chroot", str(self.tree), *self._health]
        own = {**self._image, **environment, "PATH": self._path()}
        return subprocess.run(check, env=own, check=False, capture_output=True).returncode == 0

    @contextmanager
    def started(self, journal: Path, environment: Mapping[str, str]) -> Iterator[None]:
        """Run the entry point alone, as its user, without a privilege, and nothing is writable."""
        own = {"TREE": str(self.tree), "DATA": str(self._data), "USER_ID": str(USER)}
        command = ["unshare", "--mount", "sh", "-c", CONTAINER, "sh", *self._entry, "serve"]
        with journal.open("wb") as log:
            process = subprocess.Popen(
                command,
                env={**self._image, **environment, **own, "PATH": self._path()},
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield
            finally:
                process.terminate()
                process.wait(60)
        assert process.returncode == 0, journal.read_text()

    def _path(self) -> str:
        return f"{self._image['PATH']}:{os.environ['PATH']}"
