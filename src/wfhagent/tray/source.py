"""What a tray is made from: the status file, a clock, and the commands that it may start."""

import os
from dataclasses import dataclass
from pathlib import Path

from wfhagent.clock import Clock
from wfhagent.status import read_status
from wfhagent.system.user_agents import others_of_user
from wfhagent.tray.commands import Commands
from wfhagent.tray.menu import Action
from wfhagent.tray.view import Look, look_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The status in *file*, and what a click starts.

    *permission_notice* is the file that remembers that notification; None where no plugin takes
    screenshots.
    """

    file: Path
    clock: Clock
    commands: Commands
    permission_notice: Path | None = None

    @property
    def bus_name(self) -> str:
        """The name by which a panel knows this icon."""
        return f"org.kde.StatusNotifierItem-{os.getpid()}-1"

    def look(self) -> Look:
        """Return what is to be seen now."""
        others = others_of_user(self.file.parent)
        return look_at(read_status(self.file), self.clock.now(), others)

    def start(self, action: Action) -> None:
        """Start what was clicked."""
        self.commands.start(action)

    def elapsed(self) -> float:
        """Return seconds since some fixed moment."""
        return self.clock.elapsed()
