"""macOS: whether the agent, and not the terminal, may take screenshots."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from wfhagent.doctor.finding import Finding
from wfhagent.messages import N_, _
from wfhagent.os_service.one_shot import OneShot
from wfhagent.os_service.runner import run_command
from wfhagent.os_service.unit import ServiceError
from wfhagent.system.private import rewrite_private

JOB_COMMAND = ("screenshot", "job")
ADVICE = N_("Run it in the desktop session of the user, not over SSH and not as root.")
Ask = Callable[[Sequence[str]], bytes]


def needs_job() -> bool:
    """Tell whether a screenshot that is taken by this process would say nothing of the agent."""
    return sys.platform == "darwin"


def check_in_job(
    program: Sequence[str], config: Path, *, ask_user: bool, ask: Ask | None = None
) -> list[Finding]:
    """Return what *program* finds as a job of launchd; with *ask_user* macOS may ask its question.

    *ask* runs a command and returns what it writes into its last word; launchd unless it is given.
    """
    wanted = ["--ask"] if ask_user else []
    command = [*program, *JOB_COMMAND, "--config", str(config.absolute()), *wanted, "--answer"]
    run = _ask_launchd if ask is None else ask
    try:
        return msgspec.json.decode(run(command), type=list[Finding])
    except (ServiceError, OSError, msgspec.DecodeError) as error:
        return [Finding("screenshot", ok=False, detail=str(error).rstrip("."), advice=_(ADVICE))]


def write_answer(file: Path, findings: Sequence[Finding]) -> None:
    """Write *findings* for `check_in_job`; the file appears whole."""
    rewrite_private(file, msgspec.json.encode(findings))


if sys.platform == "win32":

    def _ask_launchd(command: Sequence[str]) -> bytes:
        raise ServiceError(f"there is no launchd to run {command[0]}")

else:

    def _ask_launchd(command: Sequence[str]) -> bytes:
        return OneShot(uid=os.getuid(), run=run_command).ask(command)
