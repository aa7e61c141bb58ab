"""A stand-in for the system's commands. It gives scripted answers and records each command.

tests/worlds/systemd/test_agent.py proves its answers against the real systemd.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

Completed = subprocess.CompletedProcess[str]


def answered(code: int = 0, *, out: str = "", err: str = "") -> Completed:
    return subprocess.CompletedProcess([], code, out, err)


@dataclass
class FakeSystem:
    """A stand-in for `run_command`; a command without a scripted answer succeeds."""

    answers: dict[str, Completed] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> Completed:
        line = " ".join(command)
        self.commands.append(line)
        for part, completed in self.answers.items():
            if part in line:
                return completed
        return answered()

    def verbs(self, *verbs: str) -> list[str]:
        """Return which of *verbs* the commands had, in their order."""
        return [word for line in self.commands for word in line.split() if word in verbs]


NO_BUS = answered(1, err="Failed to connect to bus: No such file or directory")
GONE = answered(113, err="Could not find service")


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))
