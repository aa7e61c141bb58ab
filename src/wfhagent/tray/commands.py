"""Starts what a click asks for, and remembers nothing of it but to tidy up."""

import logging
import os
import subprocess
from collections.abc import Sequence

from wfhagent.tray.menu import COMMANDS, Action

log = logging.getLogger(__name__)


class Commands:
    """Starts wfhagent's own commands; *program* starts wfhagent, *config* names an agent.toml."""

    def __init__(self, program: Sequence[str], config: Sequence[str]) -> None:
        self._program = program
        self._config = config
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, action: Action) -> None:
        """Start *action*; it opens a page, so nobody waits for what it prints."""
        self.tidy()
        command = [*self._program, *COMMANDS[action], *self._config]
        try:
            self._started.append(
                subprocess.Popen(  # noqa: S603 -- our own program
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=os.path.dirname(command[0]),  # noqa: PTH120 -- which nobody else chose
                    start_new_session=True,
                )
            )
        except OSError as error:
            log.error("%s cannot be started: %s", action, error)  # noqa: TRY400

    def tidy(self) -> None:
        """Let those go that have ended."""
        self._started = [process for process in self._started if process.poll() is None]
