"""Runs the system's own commands, and says what they answered when they refuse."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from wfhagent.messages import _
from wfhagent.os_service.unit import ServiceError
from wfhagent.system.no_window import NO_WINDOW

Completed = subprocess.CompletedProcess[str]
Run = Callable[[Sequence[str]], Completed]

LIMIT_SECONDS = 120.0
"""More than a service manager takes to stop an agent that is in the middle of something."""


def run_command(command: Sequence[str]) -> Completed:
    """Run *command* to its end and return its output.

    Raises:
        ServiceError: there is no such command, or it does not come to an end.
    """
    try:
        return subprocess.run(  # noqa: S603 -- the commands of this package
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            # Windows answers in the code page of its console.
            errors="replace",
            env=_environment(),
            timeout=LIMIT_SECONDS,
            creationflags=NO_WINDOW,
        )
    except FileNotFoundError as error:
        raise ServiceError(
            _(
                "There is no command {command}, so no service can be installed. Start `wfhagent "
                "run --quiet` at sign-in by other means."
            ).format(command=command[0])
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(_failed(command, error)) from error


def start_command(command: Sequence[str]) -> None:
    """Start *command*, which goes on when this process has ended.

    Raises:
        ServiceError: there is no such command.
    """
    try:
        subprocess.Popen(  # noqa: S603 -- the commands of this package
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Not in a folder that it is to remove.
            cwd=os.sep,
            creationflags=NO_WINDOW,
        )
    except OSError as error:
        raise ServiceError(_failed(command, error)) from error


def require(run: Run, command: Sequence[str]) -> Completed:
    """Run *command*, which must succeed.

    Raises:
        ServiceError: it did not; the text has the command and its answer.
    """
    done = run(command)
    if done.returncode != 0:
        raise refusal(command, done)
    return done


def refusal(command: Sequence[str], done: Completed) -> ServiceError:
    """Return the error for a *command* that did not succeed."""
    answer = " ".join((done.stderr.strip() or done.stdout.strip()).split())
    text = _("`{command}` failed ({code}): {answer}.")
    return ServiceError(
        text.format(
            command=" ".join(command),
            code=done.returncode,
            answer=answer.rstrip(".") or _("no output"),
        )
    )


def _failed(command: Sequence[str], error: Exception) -> str:
    return _("`{command}` failed: {error}.").format(command=" ".join(command), error=error)


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    if sys.platform == "linux":
        # A management tool that changes to the user by runuser or sudo does not set it.
        environment.setdefault("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    return environment
