"""What every Linux package puts where; deb and rpm differ in their wrapping alone.

usr/lib/wfhagent/                        the folder of `make binary`, as it is
usr/bin/wfhagent                         a link to its program
usr/lib/systemd/user/wfhagent.service    the unit of `wfhagent service install`, for every user
usr/lib/systemd/user/wfhagent-tray.service    the icon, a process of its own
usr/lib/systemd/user/graphical-session.target.wants/   links that enable them: nothing to go stale
etc/xdg/autostart/wfhagent.desktop       for desktops that do not start graphical-session.target
etc/xdg/wfhagent/                        empty: agent.toml comes from IT
usr/share/doc/wfhagent/                  agent.toml.example, licence, changelog
"""

import shutil
import subprocess
from pathlib import Path

from wfhagent.os_service.systemd import AUTOSTART_TEXT, render_unit
from wfhagent.os_service.unit import AGENT, ICON, Job, ServiceSpec

ROOT = Path(__file__).resolve().parents[2]
STANDALONE = ROOT / "build" / "standalone" / "wfhagent"
PROGRAM = "/usr/lib/wfhagent/wfhagent"
CONFIG = "/etc/xdg/wfhagent/agent.toml"
UNITS = "usr/lib/systemd/user"
DOCUMENTS = ("agent.toml.example", "LICENSE", "CHANGELOG.md")

SUMMARY = "Tells the company's server that this machine is on, and its user what it tells"
DESCRIPTION = """\
A heartbeat every five minutes and two detailed logs per working day, sent over HTTPS. The person
at the machine sees all of it: wfhagent status, wfhagent preview, wfhagent plugins."""

END_AGENTS = """\
end_agents() {
  # Of all users, by the very file that they run: nothing is looked for by its name.
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/exe" 2>/dev/null)" = "$1" ] || continue
    kill "${process#/proc/}" 2>/dev/null || true
  done
}
"""
"""For the scripts of the packages. An agent that is asked to end first stores what it has."""


class PackageError(Exception):
    """A package cannot be built; says what is missing and how to get it."""


def require_tool(tool: str, package: str) -> None:
    """Raise PackageError when *tool*, of the Debian package *package*, is not there."""
    if shutil.which(tool) is None:
        raise PackageError(f"{tool} is missing; `apt-get install {package}` has it.")


def version(program: Path = STANDALONE / "wfhagent") -> str:
    """Return the version that the built *program* says.

    Raises:
        PackageError: nothing is built yet.
    """
    if not program.is_file():
        raise PackageError(f"{program} is not there; `make binary` builds it.")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1]


def lay_out(root: Path) -> None:
    """Make the tree of a package under *root*."""
    program = root / PROGRAM.lstrip("/")
    shutil.copytree(STANDALONE, program.parent, symlinks=True)
    for folder in ("usr/bin", f"{UNITS}/graphical-session.target.wants", "etc/xdg/wfhagent"):
        (root / folder).mkdir(parents=True)
    (root / "usr/bin/wfhagent").symlink_to("../lib/wfhagent/wfhagent")
    for job in (AGENT, ICON):
        _lay_out_unit(root / UNITS, job)
    autostart = root / "etc/xdg/autostart/wfhagent.desktop"
    autostart.parent.mkdir(parents=True)
    autostart.write_text(AUTOSTART_TEXT, encoding="utf-8")
    documents = root / "usr/share/doc/wfhagent"
    documents.mkdir(parents=True)
    for name in DOCUMENTS:
        shutil.copy(ROOT / name, documents)
    make_readable(root)


def _lay_out_unit(units: Path, job: Job) -> None:
    text = render_unit(ServiceSpec(program=(PROGRAM,)), job)
    unit = units / f"{job.name}.service"
    unit.write_text(
        text.replace("Written by `wfhagent service install`", "Of the package"), encoding="utf-8"
    )
    (units / "graphical-session.target.wants" / unit.name).symlink_to(f"../{unit.name}")


def make_readable(root: Path) -> None:
    """Root owns and writes everything, everybody reads it: whatever the builder's umask was."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
