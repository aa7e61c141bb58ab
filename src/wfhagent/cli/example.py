"""`wfhagent example`: an agent.toml to fill in."""

import typer

from wfhagent.plugin_tools.example import render


def example(context: typer.Context) -> None:
    """Print an agent.toml with every setting and its default, to fill in."""
    typer.echo(render(context.obj), nl=False)
