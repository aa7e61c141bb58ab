"""`wfhagent plugin new | check | test`: for those who write plugins."""

import importlib.util
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import tomli
import typer

from wfhagent.cli.options import JsonOption
from wfhagent.errors import PluginError
from wfhagent.plugin_tools.check import Checked, check_plugin_at
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.system.compiled import compiled
from wfhagent.system.paths import program
from wfhagent.system.probe import may_be_there

app = typer.Typer(
    help="Write a plugin: make one, look at it as the agent would, run its tests.",
    no_args_is_help=True,
)

PluginArgument = Annotated[Path, typer.Argument(help="The plugin: a folder, or a .py file.")]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name, such as battery.")],
    into: Annotated[Path, typer.Option(help="Where to make its folder.")] = Path(),
) -> None:
    """Make a working collector with a passing test, to change into your own."""
    folder = make_plugin(name, into)
    typer.echo(
        f"{folder}{_SEPARATOR} is a working plugin. Say what it collects in __init__.py, then:\n"
        f"  wfhagent plugin check {folder}\n"
        f"  wfhagent plugin test {folder}\n"
        "To use it, copy the folder into the one that `wfhagent plugins` names in its last line."
    )


_SEPARATOR = "\\" if sys.platform == "win32" else "/"


@app.command()
def check(
    path: PluginArgument,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="A line of its table in agent.toml, such as least=5."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the agent would refuse or drop of a plugin, and what it gives now."""
    lines = [_line(setting) for setting in settings or ()]
    checked = check_plugin_at(path, program=program(), settings=lines)
    if as_json:
        typer.echo(msgspec.json.encode({**asdict(checked), "path": str(checked.path)}).decode())
    else:
        typer.echo(_describe(checked))
    if checked.problems:
        raise typer.Exit(1)


def _line(setting: str) -> str:
    """Return KEY=VALUE as a line of TOML; what is no value of TOML is text."""
    key, _, value = setting.partition("=")
    try:
        tomli.loads(f"{key} = {value}")
    except tomli.TOMLDecodeError:
        value = msgspec.json.encode(value.strip()).decode()
    return f"{key} = {value}"


def _describe(checked: Checked) -> str:
    lines = [f"{checked.name} ({checked.path})", *(f"  WRONG: {each}" for each in checked.problems)]
    if not checked.problems:
        lines.append("  The agent takes it.")
    lines += [f"  NOTE: {each}" for each in checked.notes]
    lines.append(f'  Its line of [plugins.trusted]: "{checked.path.name}" = "{checked.sha256}"')
    lines += ["It says to the agent's log:", *checked.said] if checked.said else []
    return "\n".join([*lines, checked.preview]).rstrip()


@app.command()
def test(path: PluginArgument) -> None:
    """Run the plugin's own tests with pytest."""
    if compiled() is not None or importlib.util.find_spec("pytest") is None:
        raise PluginError(
            "Tests need pytest, and this program has none: run them in a virtual environment with "
            "wfhagent and pytest, such as `make install` makes in a clone."
        )
    if not may_be_there(path):
        raise PluginError(f"{path}: is not there.")
    command = [sys.executable, "-P", "-m", "pytest", "-p", "no:cacheprovider", str(path)]
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 -- our own Python
