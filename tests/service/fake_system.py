"""Stands in for the system's commands: answers as told, and remembers what it was asked."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field

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
