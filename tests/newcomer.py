"""A user who follows docs/writing-a-plugin.md, block by block, in an empty folder."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "writing-a-plugin.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """Return kind, place and text of each block of the guide."""
    return BLOCK.findall(GUIDE.read_text(encoding="utf-8"))


@dataclass
class Newcomer:
    """Follows the guide in *folder*. *output* is all that the commands printed."""

    folder: Path
    home: Path
    stack: ExitStack
    output: str = ""
    arrivals: Path | None = None

    def follow(self, kind: str, where: str, text: str) -> None:
        """Do what one block shows: write its file, or run its commands, which must succeed."""
        if kind != "console":
            (self.folder / where).write_text(text)
            return
        for line in text.splitlines():
            command = line.removeprefix("$ ")
            if where == "background":
                self._start(command)
            else:
                self._run(command)

    def received(self) -> str:
        """Return what the receiver has printed."""
        assert self.arrivals is not None, "the guide has started no receiver"
        return self.arrivals.read_text()

    @property
    def _environment(self) -> dict[str, str]:
        tools = Path(sys.executable).parent
        path = f"{self._own_program()}:{tools}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.home)}

    def _own_program(self) -> Path:
        """Return a folder with a `wfhagent` that ignores other agents of this user."""
        # Outside of the home, whose files are compared.
        tools = self.home.with_name(f"{self.home.name}-tools")
        program = tools / "wfhagent"
        if not program.exists():
            program.parent.mkdir(parents=True)
            words = (sys.executable, ROOT / "tests" / "as_user.py", tools / "agents")
            program.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
            program.chmod(0o755)
        return program.parent

    def _run(self, command: str) -> None:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        self.output += done.stdout

    def _start(self, command: str) -> None:
        self.arrivals = self.folder / "arrivals.txt"
        process = self.stack.enter_context(
            subprocess.Popen(
                ["sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env=self._environment,
                stdout=self.stack.enter_context(self.arrivals.open("wb")),
                stderr=subprocess.PIPE,
            )
        )
        self.stack.callback(process.terminate)
        assert process.stderr is not None
        for line in process.stderr:
            if b"Uvicorn running" in line:
                return
        raise AssertionError(f"{command} ended")
