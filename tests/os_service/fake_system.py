"""Stands in for the system's commands: answers as told, and remembers what it was asked.

The world that proves what it says of systemd: tests/worlds/systemd/test_agent.py.
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
    """Stands in for `run_command`; a command without an answer of its own succeeds."""

    answers: dict[str, Completed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> Completed:
        line = " ".join(command)
        self.asked.append(line)
        for part, completed in self.answers.items():
            if part in line:
                return completed
        return answered()

    def verbs(self, *verbs: str) -> list[str]:
        """Return which of *verbs* were asked for, in that order."""
        return [word for line in self.asked for word in line.split() if word in verbs]


NO_BUS = answered(1, err="Failed to connect to bus: No such file or directory")
GONE = answered(113, err="Could not find service")


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))
