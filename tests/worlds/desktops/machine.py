"""A Debian that booted systemd, on a copy that is thrown away of a root that is kept.

Needs root: overlay mounts and systemd-nspawn. This Python, its packages and the sources are seen in
it at their own paths.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import wait_until

REPOSITORY = Path(__file__).parents[3]
CACHE = REPOSITORY / "build" / "worlds"
MAKE_ROOT = REPOSITORY / "tests" / "worlds" / "systemd" / "make_root.sh"
WFHAGENT = str(Path(sys.prefix) / "bin" / "wfhagent")
BASE = (
    *("systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "polkitd"),
    *("python3", "procps", "ca-certificates"),
)
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
USER, USER_ID = "alice", 1000


def cached_root(name: str, packages: Sequence[str]) -> Path:
    """Return the folder of a Debian with *packages*; it is made once, in some minutes."""
    root = CACHE / name
    if not root.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["sh", str(MAKE_ROOT), str(root), *BASE, *packages], check=True)
    return root


class Machine:
    """One boot of *root*; every change of it is gone afterwards."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.tree = scratch / "tree"
        self._root = root
        self._scratch = scratch
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Self:
        for name in ("tree", "upper", "work"):
            (self._scratch / name).mkdir(parents=True)
        layers = (
            f"lowerdir={self._root},upperdir={self._scratch}/upper,workdir={self._scratch}/work"
        )
        mount = ["mount", "-t", "overlay", "overlay", "-o", layers, str(self.tree)]
        subprocess.run(mount, check=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._nspawn is not None:
            self._nspawn.send_signal(signal.SIGTERM)
            try:
                self._nspawn.wait(20)
            except subprocess.TimeoutExpired:
                self._nspawn.kill()
                self._nspawn.wait()
        subprocess.run(["umount", str(self.tree)], check=True)
        shutil.rmtree(self._scratch)

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write *text* to the absolute *path* of the machine."""
        file = self.tree / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def boot(self) -> None:
        """Boot it, with a person who can log in; return when systemd is up."""
        (self.tree / "etc/hostname").write_text("laptop-7\n")
        if USER not in (self.tree / "etc/passwd").read_text():
            options = ["-m", "-s", "/bin/bash", "-u", str(USER_ID), USER]
            subprocess.run(["chroot", str(self.tree), "useradd", *options], check=True)
        subprocess.run(
            ["chroot", str(self.tree), "chown", "-R", f"{USER}:", f"/home/{USER}"], check=True
        )
        binds = [f"--bind-ro={path}" for path in self._visible()]
        command = ["systemd-nspawn", "-q", "-D", str(self.tree), "-b", "--register=no"]
        with (self._scratch / "console").open("wb") as console:
            self._nspawn = subprocess.Popen(
                [*command, "--keep-unit", "--console=pipe", "--hostname=laptop-7", *binds],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        self._leader = wait_until(self._child, "the first process of the machine")
        wait_until(self._is_up, "systemd is up")

    def _visible(self) -> list[Path]:
        """Return what of this machine is seen there, and let others than root look into it."""
        paths = [REPOSITORY]
        paths += [Path(sys.base_prefix)] if sys.base_prefix != "/usr" else []
        for path in paths:
            for parent in list(path.parents)[:-1]:
                inside = self.tree / parent.relative_to("/")
                inside.mkdir(exist_ok=True, parents=True)
                inside.chmod(inside.stat().st_mode | 0o011)
        return paths

    def _child(self) -> int:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, (self._scratch / "console").read_text()
        pid = self._nspawn.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def _is_up(self) -> bool:
        state = self.run("systemctl", "is-system-running", check=False).strip()
        return state in {"running", "degraded"}

    def run(self, *command: str, check: bool = True) -> str:
        """Return what *command* prints, typed by root."""
        enter = ["nsenter", "-t", str(self._leader), "-m", "-p", "-u", "-i", "-C", "-n", "--"]
        environment = [f"PATH={SYSTEM_PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        done = subprocess.run(
            [*enter, "env", "-i", *environment, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0 or not check, f"{command}: {done.stdout}"
        return done.stdout

    def as_user(self, *command: str, check: bool = True, **environment: str) -> str:
        """Return what *command* prints, typed by the person who is logged in."""
        home = f"/home/{USER}"
        runtime = f"/run/user/{USER_ID}"
        variables = {
            "HOME": home,
            "USER": USER,
            "LOGNAME": USER,
            "XDG_RUNTIME_DIR": runtime,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
            **environment,
        }
        become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
        words = [f"{name}={value}" for name, value in variables.items()]
        return self.run(*become, "env", f"--chdir={home}", *words, *command, check=check)

    def log_in(self, program: str, **environment: str) -> None:
        """Log the person in at the screen, as a display manager does; *program* is the session."""
        settings = {"XDG_SEAT": "seat0", "XDG_SESSION_CLASS": "user", **environment}
        options = [f"--setenv={name}={value}" for name, value in settings.items()]
        properties = ["-p", "PAMName=login", "-p", f"User={USER}"]
        properties += ["-p", f"WorkingDirectory=/home/{USER}", "-p", "TimeoutStopSec=5"]
        self.run(
            "systemd-run", "--quiet", "--collect", "--unit=desk", *properties, *options, program
        )
        wait_until(
            lambda: self.user_unit("graphical-session.target") == "active", "the desktop is up"
        )

    def user_unit(self, name: str) -> str:
        """Return the state of the unit *name* of the person, such as `active`."""
        return self.as_user("systemctl", "--user", "is-active", name, check=False).strip()

    def session(self) -> dict[str, str]:
        """Return the environment that the desktop gave to the programs it starts."""
        shown = self.as_user("systemctl", "--user", "show-environment")
        wanted = ("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_", "KDE_")
        pairs = (line.partition("=") for line in shown.splitlines() if line.startswith(wanted))
        return {name: value.removeprefix("$'").removesuffix("'") for name, _, value in pairs}

    def in_session(self, *command: str, check: bool = True) -> str:
        """Return what *command* prints, typed into a terminal of the desktop."""
        return self.as_user(*command, check=check, **self.session())

    def call(self, name: str, path: str, method: str, *arguments: str) -> str:
        """Return the answer of *method* on the session bus, as gdbus prints it."""
        where = ["--session", "--dest", name, "--object-path", path, "--method", method, "--"]
        return self.as_user("gdbus", "call", *where, *arguments).strip()


def require_root() -> None:
    """Exit with a sentence where such a machine cannot be booted."""
    if os.geteuid() != 0:
        sys.exit("These tests boot machines with systemd-nspawn: run them as root.")
