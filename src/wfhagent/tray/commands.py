"""Starts what a click asks for, and tells whoever clicked when it failed."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable, Sequence

from wfhagent.messages import _
from wfhagent.notice.announce import Notification
from wfhagent.system.no_window import NO_WINDOW
from wfhagent.tray.menu import COMMANDS, NAMES, Action

log = logging.getLogger(__name__)

MOST_WORDS = 400
Failed = Callable[[Notification], str]


class Commands:
    """Starts wfhagent's own commands; *program* starts wfhagent, *config* names an agent.toml.

    *tell* shows a notification, and returns why it could not be shown.
    """

    def __init__(
        self,
        program: Sequence[str],
        config: Sequence[str],
        tell: Failed = lambda _notification: "nobody shows any",
    ) -> None:
        self._program = program
        self._config = config
        self._tell = tell

    def start(self, action: Action) -> None:
        """Start *action*. It opens a page, so nobody reads what it prints unless it fails."""
        command = [*self._program, *COMMANDS[action], *self._config]
        try:
            process = subprocess.Popen(  # noqa: S603 -- our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                cwd=os.path.dirname(command[0]),  # noqa: PTH120 -- which nobody else chose
                creationflags=NO_WINDOW,
            )
        except OSError as error:
            self._failed(
                action,
                _("{program} could not be started: {error}").format(
                    program=command[0], error=error
                ),
            )
            return
        threading.Thread(
            target=self._wait_for, args=(action, process), name=action, daemon=True
        ).start()

    def _wait_for(self, action: Action, process: "subprocess.Popen[bytes]") -> None:
        # A browser that it started holds the pipe for as long as it lives: only the end counts.
        output = _CapturedOutput(process)
        code = process.wait()
        text = output.text()
        # A check that found faults has shown them, and writes nothing here.
        if code != 0 and (text or code < 0):
            self._failed(action, text or _("It was ended by signal {number}.").format(number=-code))

    def _failed(self, action: Action, why: str) -> None:
        log.error("%s: %s", action, why)
        notification = Notification(
            title=_("{action} failed").format(action=_(NAMES[action])),
            text=why.removeprefix("wfhagent: ")[-MOST_WORDS:],
            symbol="dialog-error",
        )
        self.show(notification)

    def show(self, notification: Notification) -> None:
        """Show *notification*; that it cannot be shown is logged."""
        problem = self._tell(notification)
        if problem:
            log.error("Nobody could be notified of it: %s", problem)


class _CapturedOutput(threading.Thread):
    """Reads what a process writes to its standard error."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(name="output", daemon=True)
        self._stream = process.stderr
        self._lines: list[bytes] = []
        self.start()

    def run(self) -> None:
        if self._stream is not None:
            with self._stream:
                for line in self._stream:
                    self._lines = [*self._lines[-20:], line]

    def text(self) -> str:
        """Return the last line that was written by the end of the process."""
        self.join(1.0)
        lines = [line.decode(errors="replace").strip() for line in self._lines]
        return next((line for line in reversed(lines) if line), "")
