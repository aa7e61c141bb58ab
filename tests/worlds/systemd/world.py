"""A machine with a booted systemd: a copy of the cached Debian in systemd-nspawn.

The copy is an overlay, so it costs nothing, and what is written to it goes with the test.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from tests.waiting import wait_until
from tests.worlds.systemd.prepare import archives, base, wheels

BOOT_SECONDS = 90.0
COMMAND_SECONDS = 300.0
ENVIRONMENT = (
    *("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"),
    *("TERM=dumb", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"),
)


class World:
    """One machine in *folder*, as a context; off until `boot`.

    With *private_network* it has addresses and ports of its own, and reaches the internet.
    """

    def __init__(self, folder: Path, name: str, *, private_network: bool = False) -> None:
        self.name, self.root = name, folder / "root"
        self._folder, self._private = folder, private_network
        self._stack = ExitStack()
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0
        self._network = 0

    def __enter__(self) -> Self:
        for each in ("upper", "work", "root"):
            (self._folder / each).mkdir(parents=True)
        layers = f"lowerdir={base()},upperdir={self._folder}/upper,workdir={self._folder}/work"
        mount = ["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)]
        subprocess.run(mount, check=True)
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._stack.callback(subprocess.run, ["umount", "-l", str(self.root)], check=False)
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost {self.name}\n")
        # Packages come from the lock's hashes, as without a cache.
        (self.root / "etc/pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        keeps = self.root / "etc/apt/apt.conf.d/keep"
        keeps.write_text('APT::Keep-Downloaded-Packages "true";\n')
        # What is thrown away need not wait for the disk.
        (self.root / "etc/dpkg/dpkg.cfg.d/fast").write_text("force-unsafe-io\n")
        if self._private:
            self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()
        self._stack.close()

    def _connect(self) -> None:
        """Make a network of its own, which leads out through a process."""
        holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self._stack.callback(_end, holder)
        self._network = holder.pid
        ours = Path("/proc/self/ns/net").readlink()
        theirs = Path(f"/proc/{holder.pid}/ns/net")
        wait_until(lambda: theirs.readlink() != ours, "a network of its own")
        options = ("--configure", "--mtu=1500", "--disable-host-loopback")
        ready, tells = os.pipe()
        command = ["slirp4netns", *options, f"--ready-fd={tells}", str(holder.pid), "tap0"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        way_out = subprocess.Popen(command, pass_fds=[tells], **quiet)  # type: ignore[call-overload]
        self._stack.callback(_end, way_out)
        os.close(tells)
        os.read(ready, 1)
        os.close(ready)
        # The resolver of slirp4netns.
        (self.root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")

    def at_end(self, end: Callable[[], object]) -> None:
        """Have *end* called when the machine is thrown away."""
        self._stack.callback(end)

    def boot(self) -> None:
        """Switch it on, and wait until systemd says that everything has started."""
        options = ["--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe"]
        options += [f"--hostname={self.name}", "--resolv-conf=off", f"--bind-ro={wheels()}:/wheels"]
        options += [f"--bind={archives()}:/var/cache/apt/archives"]
        if self._network:
            options.append(f"--network-namespace-path=/proc/{self._network}/ns/net")
        with (self._folder / "console").open("ab") as console:
            self._nspawn = subprocess.Popen(
                ["systemd-nspawn", "-D", str(self.root), *options],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
            )  # fmt: skip
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        self._leader = int(wait_until(lambda: children.read_text().split(), "the boot")[0])
        wait_until(self._has_booted, f"the boot of {self.name}", BOOT_SECONDS)

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
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=COMMAND_SECONDS, check=False,
        )  # fmt: skip
        if check:
            assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def power_off(self) -> None:
        """Switch it off as a person would, and wait until it is off."""
        self.run("systemctl", "poweroff", check=False)
        assert self._nspawn is not None
        self._nspawn.wait(BOOT_SECONDS)
        self._nspawn = None

    def cut_power(self) -> None:
        """Switch it off at once."""
        if self._nspawn is not None:
            subprocess.run(["kill", "-KILL", str(self._leader)], check=False)
            _end(self._nspawn)
            self._nspawn = None


class Shell:
    """The administrator's one shell: no `set -e`, as nobody types it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._bash = subprocess.Popen(
            world.command("bash", "--norc"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        world.at_end(self.close)
        self.failed: list[str] = []
        # What fails is remembered, and the shell goes on.
        self._send("trap 'echo \"FAILED $? $BASH_COMMAND\"' ERR; cd /root\n")

    def _send(self, text: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(text)
        self._bash.stdin.flush()

    def type(self, block: str) -> str:
        """Type *block*, return what it prints; what fails in it is added to `failed`."""
        self._world.run("sh", "-c", 'printf %s "$1" >/srv/block', "-", block)
        self._send(". /srv/block </dev/null; echo; echo END-OF-BLOCK\n")
        printed: list[str] = []
        assert self._bash.stdout is not None
        for line in self._bash.stdout:
            if line == "END-OF-BLOCK\n":
                break
            if line.startswith("FAILED "):
                self.failed.append(line.strip())
            printed.append(line)
        else:
            raise AssertionError(f"the shell ended: {''.join(printed)}")
        return "".join(printed)

    def close(self) -> None:
        """Leave the shell."""
        _end(self._bash)


def _end(process: "subprocess.Popen[Any]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
