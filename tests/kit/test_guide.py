"""docs/writing-a-plugin.md is followed, block by block, in a folder of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "writing-a-plugin.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Newcomer:
    """Does what the guide says. *said* is all that the commands printed."""

    folder: Path
    stack: ExitStack
    said: str = ""
    arrivals: Path | None = None

    def follow(self, kind: str, where: str, text: str) -> None:
        if kind != "console":
            (self.folder / where).write_text(text)
            return
        for line in text.splitlines():
            command = line.removeprefix("$ ")
            if where == "background":
                self._start(command)
            else:
                self._run(command)

    @property
    def _environment(self) -> dict[str, str]:
        tools = Path(sys.executable).parent
        return {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.folder)}

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
        self.said += done.stdout

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


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    with ExitStack() as stack:
        yield Newcomer(tmp_path, stack)


def test_the_guide_leads_to_a_section_on_the_receiver(newcomer: Newcomer):
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) >= 7

    for kind, where, text in blocks:
        newcomer.follow(kind, where, text)

    assert newcomer.said.count("The agent takes it.") == 2
    assert newcomer.arrivals is not None
    assert "log of agent" in newcomer.arrivals.read_text()
    assert {path.name for path in newcomer.folder.iterdir()} <= {
        *("battery", "plugins", "data", "agent.toml", "arrivals.txt", "wfhagent-preview.webp"),
        *(".pytest_cache", ".cache"),
    }
