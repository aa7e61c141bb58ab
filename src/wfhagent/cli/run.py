"""`wfhagent run`: the agent itself, until it is stopped."""

from typing import Annotated

import typer

from wfhagent.agent.run import run as run_agent
from wfhagent.cli.options import ConfigOption


def run(
    context: typer.Context,
    config: ConfigOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing.")] = False,
) -> None:
    """Report to the server until stopped: heartbeats, and the two detailed logs of a day."""
    run_agent(config, context.obj, say=None if quiet else typer.echo)
