"""A root folder to install into: a copy of a cached Debian that is not booted."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


class Root:
    """The folder *tree*, as `chroot` sees it."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree

    def path(self, place: str) -> Path:
        """Return *place* of the root, seen from here."""
        return self.tree / place.lstrip("/")

    def try_run(self, *command: object) -> "subprocess.CompletedProcess[str]":
        """Run *command* in the root; its output has both streams."""
        return subprocess.run(
            ["chroot", str(self.tree), *map(str, command)],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip

    def run(self, *command: object) -> str:
        """Run *command* in the root, which must succeed, and return what it prints."""
        done = self.try_run(*command)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def write(self, place: str, text: str, mode: int = 0o644) -> Path:
        """Write the file *place* of the root."""
        file = self.path(place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file


@contextmanager
def copied_root(layer: Path, folder: Path) -> Iterator[Root]:
    """Yield a copy of the root *layer* in *folder*: an overlay, so that it costs nothing."""
    tree, upper, work = (folder / name for name in ("tree", "upper", "work"))
    for each in (tree, upper, work):
        each.mkdir(parents=True)
    options = f"lowerdir={layer},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(tree)], check=True)
    try:
        subprocess.run(["mount", "-t", "proc", "proc", str(tree / "proc")], check=True)
        try:
            yield Root(tree)
        finally:
            subprocess.run(["umount", "-l", str(tree / "proc")], check=True)
    finally:
        subprocess.run(["umount", "-l", str(tree)], check=True)
        shutil.rmtree(folder, ignore_errors=True)
