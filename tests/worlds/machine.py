"""A machine with a booted systemd: a copy of a cached Debian in systemd-nspawn, as root.

The copy is an overlay, so it costs nothing, and what is written to it goes with the test.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.waiting import wait_until
from tests.worlds.network import RESOLVER, make_network
from tests.worlds.processes import end

BOOT_SECONDS = 90.0
COMMAND_SECONDS = 300.0
ENVIRONMENT = (
    *("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"),
    *("TERM=dumb", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"),
)


class Machine:
    """One machine *name* whose disk is in *folder*, as a context; off until `boot`.

    Its disk begins as *layers*, the upper one first. *options* are given to systemd-nspawn. With
    *private_network* it has addresses and ports of its own, and reaches the internet.
    """

    def __init__(
        self,
        layers: Sequence[Path],
        folder: Path,
        name: str,
        *,
        options: Sequence[str] = (),
        private_network: bool = False,
    ) -> None:
        self.name, self.tree = name, folder / "tree"
        self._layers, self._folder, self._options = list(layers), folder, list(options)
        self._private = private_network
        self._stack = ExitStack()
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0
        self._changes = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._mount()
        self._stack.callback(self._unmount)
        self.write("/etc/hostname", f"{self.name}\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost {self.name}\n")
        if self._private:
            holder = make_network(self._stack)
            self.write("/etc/resolv.conf", RESOLVER)
            self._options.append(f"--network-namespace-path=/proc/{holder}/ns/net")
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()
        self._stack.close()

    def _mount(self) -> None:
        self._changes += 1
        upper, work = (self._folder / f"{kind}{self._changes}" for kind in ("upper", "work"))
        for each in (self.tree, upper, work):
            each.mkdir(exist_ok=True)
        lower = ":".join(map(str, self._layers))
        layers = f"lowerdir={lower},upperdir={upper},workdir={work}"
        mount = ["mount", "-t", "overlay", "overlay", "-o", layers, str(self.tree)]
        subprocess.run(mount, check=True)
        self._layers.insert(0, upper)

    def _unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.tree)], check=False)

    def copy_disk(self) -> list[Path]:
        """Return layers for a machine whose disk begins as this one's is now; this one is off.

        They last as long as this machine does.
        """
        assert self._nspawn is None
        copied = list(self._layers)
        self._unmount()
        self._mount()
        return copied

    def at_end(self, end: Callable[[], object]) -> None:
        """Have *end* called when the machine is thrown away."""
        self._stack.callback(end)

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write *text* to the absolute *path* of the machine."""
        file = self.tree / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def boot(self) -> None:
        """Switch it on, and wait until systemd says that everything has started."""
        options = ["--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe"]
        options += [f"--hostname={self.name}", "--resolv-conf=off", *self._options]
        with self._console.open("ab") as console:
            self._nspawn = subprocess.Popen(
                ["systemd-nspawn", "-D", str(self.tree), *options],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
            )  # fmt: skip
        self._leader = wait_until(self._first_process, f"the first process of {self.name}")
        wait_until(self._has_booted, f"the boot of {self.name}", BOOT_SECONDS)

    @property
    def _console(self) -> Path:
        return self._folder / "console"

    def _first_process(self) -> int:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, self._console.read_text()
        pid = self._nspawn.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return next((int(child) for child in children if _is_init(child)), 0)

    def _has_booted(self) -> bool:
        state = self.run("systemctl", "is-system-running", check=False).strip()
        return state in {"running", "degraded"}

    def command(self, *words: str) -> list[str]:
        """Return what runs *words* as root in this machine."""
        into = ("nsenter", "-t", str(self._leader), "-m", "-p", "-u", "-i", "-C", "-n", "--")
        return [*into, "env", "-i", *ENVIRONMENT, *words]

    def run(self, *words: str, check: bool = True) -> str:
        """Run *words* as root to their end, and return what they print."""
        done = subprocess.run(
            self.command(*words),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not check, f"{words}: {done.stdout}"
        return done.stdout

    def power_off(self) -> None:
        """Switch it off as a person would, and wait until it is off."""
        self.run("systemctl", "poweroff", check=False)
        assert self._nspawn is not None
        self._nspawn.wait(BOOT_SECONDS)
        self._nspawn = None

    def cut_power(self) -> None:
        """Switch it off at once."""
        if self._nspawn is not None:
            # Without a first process 0 would be everything that this test consists of.
            if self._leader:
                subprocess.run(["kill", "-KILL", str(self._leader)], check=False)
            end(self._nspawn)
            self._nspawn = None


def _is_init(process: str) -> bool:
    """Tell whether *process* is number 1 of a machine; what prepares the machine is not."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:  # It has ended.
        return False
    (numbers,) = (line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
    return len(numbers) > 1 and numbers[-1] == "1"
