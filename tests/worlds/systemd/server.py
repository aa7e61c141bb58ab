"""The server's machine: its administrator types docs/deploy-ubuntu.md into a booted Debian."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from server.tests.machine import DOMAIN, blocks_of_page
from tests.worlds.machine import Machine
from tests.worlds.roots import REPOSITORY
from tests.worlds.systemd.shell import Shell

STEPS = blocks_of_page()
SOURCE = "usr/local/src/wfhagent"
CERTBOT = Path(__file__).with_name("certbot.sh")
_STATE = re.compile(r"^(?:[A-Z]+=|cd ).*$", re.MULTILINE)
"""A line that changes the shell that types it."""
DASHBOARD = REPOSITORY / "server/src/wfhserver/dashboard_files"


class Server:
    """A machine with the release's source, and the administrator's shell in it.

    The steps *typed* were typed before its disk was copied: the shell begins with their variables
    and in their folder.
    """

    def __init__(self, machine: Machine, *, typed: Sequence[int] = ()) -> None:
        self.machine = machine
        # The name is in the DNS of this machine alone, so no authority can look at it.
        machine.write("/etc/hosts", f"127.0.0.1 localhost {machine.name} {DOMAIN}\n")
        machine.write("/usr/local/sbin/certbot", CERTBOT.read_text(), 0o755)
        if not self.source.exists():
            _unpack_source(self.source)
        machine.boot()
        self.shell = Shell(machine)
        for block in (block for step in typed for block in STEPS[step]):
            self.shell.type("\n".join(_STATE.findall(block)) + "\n")

    @property
    def source(self) -> Path:
        """The folder of the release's source, seen from here."""
        return self.machine.tree / SOURCE

    def type(self, step: int, block: int | None = None) -> str:
        """Type the blocks of a step, or one of them; nothing in it may fail."""
        blocks = STEPS[step] if block is None else [STEPS[step][block]]
        printed = "".join(map(self.shell.type, blocks))
        assert self.shell.failed == [], printed
        return printed

    def is_active(self, unit: str) -> bool:
        """Tell whether *unit* of systemd is active."""
        return self.machine.run("systemctl", "is-active", unit, check=False).strip() == "active"

    def power_off(self) -> None:
        """Leave the shell and switch the machine off."""
        # A shell that systemd stops and kills leaves its nsenter stopped, and the machine on.
        self.shell.close()
        self.machine.power_off()

    def failed_units(self) -> str:
        """Return the units that failed, a line each."""
        return self.machine.run("systemctl", "--failed", "--no-legend").strip()

    def version(self) -> str:
        """Return the version that is in use."""
        return self.machine.run("readlink", "/opt/wfhserver/current").strip()


def _unpack_source(target: Path) -> None:
    """Put there what a release's archive has: the files of the tree and the built dashboard."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "packaging/server", "requirements", "server"],
        cwd=REPOSITORY, capture_output=True, check=True,
    )  # fmt: skip
    built = [str(file.relative_to(REPOSITORY)) for file in DASHBOARD.rglob("*")]
    names = listed.stdout + "\0".join(built).encode()
    target.mkdir(parents=True)
    packed = subprocess.run(
        ["tar", "-C", str(REPOSITORY), "--null", "--no-recursion", "-T", "-", "-c"],
        input=names, capture_output=True, check=True,
    )  # fmt: skip
    subprocess.run(
        ["tar", "-C", str(target), "--no-same-owner", "-x"], input=packed.stdout, check=True
    )
