"""What a service is, whatever the system: the command it runs, its files, its state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wfhagent.errors import WfhagentError
from wfhagent.messages import _

NAME = "wfhagent"
DESCRIPTION = "Presence agent: tells the company's server that this machine is on"
RESTART_SECONDS = 30
"""Between two tries of an agent that failed; a missing agent.toml is one more reason to fail."""
REFUSED = re.compile("[\x00-\x1f\x7f\ufffe\uffff]")
"""What a line of a unit or XML cannot hold."""
STOP_SECONDS = 30
"""How long an agent that is asked to stop may take to finish what it does."""


class ServiceError(WfhagentError):
    """The system's service manager is missing or refused; names the command and its answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One process that the system starts; the others go on when it dies."""

    name: str
    words: tuple[str, ...]
    description: str


AGENT = Job(name=NAME, words=("run", "--quiet"), description=DESCRIPTION)
ICON = Job(
    name=f"{NAME}-tray",
    words=("tray",),
    description="Icon of the presence agent: shows its user what it does",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSpec:
    """What the service runs: *program*, with the agent.toml in *config* or the usual one."""

    program: Sequence[str]
    config: Path | None = None

    def __post_init__(self) -> None:
        for word in self.command:
            _check(word)

    @property
    def command(self) -> tuple[str, ...]:
        """The words of the agent's command line."""
        return self.command_of(AGENT)

    def command_of(self, job: Job) -> tuple[str, ...]:
        """Return the words of the command line of *job*."""
        config = () if self.config is None else ("--config", str(self.config))
        return (*self.program, *job.words, *config)


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """One file of the service: where it is and what it holds."""

    where: str
    text: str
    encoding: str = "utf-8"

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.text.encode(self.encoding)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The state of the service; *enabled* means that it starts at the next log-in."""

    installed: bool
    enabled: bool = False
    running: bool = False


def _check(word: str) -> None:
    """Refuse what no format can carry, before anything is written."""
    if REFUSED.search(word):
        text = _("{word!r} contains a control character. Rename the file.")
        raise ServiceError(text.format(word=word))
    try:
        word.encode()
    except UnicodeEncodeError as error:
        text = _("{word!r} is not UTF-8. Rename the file.")
        raise ServiceError(text.format(word=word)) from error
