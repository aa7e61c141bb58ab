"""macOS: has launchd run a command once, so that it counts as what the LaunchAgents start.

Permissions belong to whatever launchd or the Finder has started: a command that is typed in a
terminal has those of the terminal.
"""

import plistlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wfhagent.clock import pause
from wfhagent.messages import _
from wfhagent.os_service.launchd import bundle_keys
from wfhagent.os_service.runner import Run, require
from wfhagent.os_service.unit import NAME, ServiceError
from wfhagent.system.probe import is_file

LABEL = f"{NAME}-once"
LIMIT_SECONDS = 120.0
"""Somebody may have to read a question, and to open System Settings."""
POLL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class OneShot:
    """Runs commands as jobs of the graphical log-in of the user *uid*."""

    uid: int
    run: Run
    pause: Callable[[float], None] = pause

    def ask(self, command: Sequence[str]) -> bytes:
        """Return what *command* writes into the file that is added to it as its last word.

        The file must appear whole: it is read as soon as it is there.

        Raises:
            ServiceError: launchd does not start it, or it writes nothing in time.
        """
        folder = Path(tempfile.mkdtemp(prefix="wfhagent-once-"))
        try:
            return self._ask(folder, command)
        finally:
            self.run(["launchctl", "bootout", self._target])
            shutil.rmtree(folder, ignore_errors=True)

    def _ask(self, folder: Path, command: Sequence[str]) -> bytes:
        answer, errors, plist = folder / "answer", folder / "errors", folder / f"{LABEL}.plist"
        plist.write_bytes(render_job([*command, str(answer)], errors))
        # launchd refuses what others may write, whatever the umask is.
        plist.chmod(0o600)
        # What an interrupted command left.
        self.run(["launchctl", "bootout", self._target])
        require(self.run, ["launchctl", "bootstrap", f"gui/{self.uid}", str(plist)])
        for _poll in range(round(LIMIT_SECONDS / POLL_SECONDS)):
            if is_file(answer):
                return answer.read_bytes()
            self.pause(POLL_SECONDS)
        text = _("launchd started {program}, which did not answer{last}.")
        raise ServiceError(text.format(program=command[0], last=_last_line(errors)))

    @property
    def _target(self) -> str:
        return f"gui/{self.uid}/{LABEL}"


def render_job(command: Sequence[str], errors: Path) -> bytes:
    """Return the property list of a job that runs *command* once, in front of its user."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
            "StandardErrorPath": str(errors),
            **bundle_keys(command[0]),
        },
        sort_keys=False,
    )


def _last_line(errors: Path) -> str:
    try:
        lines = errors.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return f": {lines[-1]}" if lines else ""
