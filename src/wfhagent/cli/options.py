"""Options that several commands share, and what they lead to."""

from pathlib import Path
from typing import Annotated

import typer

from wfhagent.assembly import Assembly, assemble
from wfhagent.process.logging_setup import log_to_stderr
from wfhagent.system.paths import config_file

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The agent.toml to use.", show_default="the machine's or yours"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def assembled(
    context: typer.Context, config: Path | None, *, afresh: bool = False, level: str = "warning"
) -> Assembly:
    """Return the parts of the agent for one command, which logs to the terminal from *level* on.

    With *afresh* drop-ins that failed before are looked at again.
    """
    log_to_stderr(level)
    return assemble(config_file(config), context.obj, afresh=afresh)
