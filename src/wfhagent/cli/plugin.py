"""`wfhagent plugin new | check | vendor | test | …`: for those who write plugins."""

import importlib.util
import logging
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import tomli
import typer

from wfhagent.cli import plugin_packs, plugin_secret
from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.errors import PluginError
from wfhagent.messages import N_, _
from wfhagent.plugin_tools.ask import ask_plugin
from wfhagent.plugin_tools.check import check_plugin_at
from wfhagent.plugin_tools.describe import describe
from wfhagent.plugin_tools.download import require_pip
from wfhagent.plugin_tools.new import make_plugin
from wfhagent.plugin_tools.scaffold import Kind
from wfhagent.plugin_tools.targets import For, targets
from wfhagent.plugin_tools.vendor import describe_vendored
from wfhagent.plugin_tools.vendor import vendor as fill_vendor
from wfhagent.plugins.vendored import vendor_folders
from wfhagent.system.compiled import compiled
from wfhagent.system.paths import program
from wfhagent.system.probe import may_be_there

app = typer.Typer(
    help="Write a plugin: make one, look at it as the agent would, run its tests, ship it.",
    no_args_is_help=True,
)
app.add_typer(plugin_secret.app, name="secret")

DayOption = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="The first of the seven days that a calendar is asked for.",
        show_default="today",
    ),
]
PluginArgument = Annotated[Path, typer.Argument(help="The plugin: a folder, or a .py file.")]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its name, such as battery.")],
    kind: Annotated[Kind, typer.Option(help="What it is.")] = Kind.COLLECTOR,
    into: Annotated[Path, typer.Option(help="Where to make its folder.")] = Path(),
) -> None:
    """Make a working plugin with a passing test, to change into your own."""
    folder = make_plugin(name, into, kind)
    text = _("{folder} is a working plugin. {change} in `__init__.py`, then:")
    typer.echo(text.format(folder=f"{folder}{_SEPARATOR}", change=_(_CHANGE[kind])))
    typer.echo(f"  wfhagent plugin check {folder}\n  wfhagent plugin test {folder}")
    typer.echo(
        _("To use it, copy the folder into the one that `wfhagent plugins` names in its last line.")
    )


_CHANGE = {
    Kind.COLLECTOR: N_("Say what it collects"),
    Kind.TRANSPORT: N_("Say how it sends"),
    Kind.CALENDAR: N_("Say which days are off"),
}
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
    day: DayOption = None,
    systems: Annotated[
        list[For] | None,
        typer.Option(
            "--for", help="A system that it is for, whose modules it may import; may be repeated."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the agent would refuse or drop of a plugin, and what it gives now."""
    lines = [_line(setting) for setting in settings or ()]
    first = None if day is None else day.date()
    checked = check_plugin_at(
        path, program=program(), settings=lines, day=first, systems=systems or ()
    )
    typer.echo(msgspec.json.encode(checked) if as_json else describe(checked))
    if checked.problems:
        raise typer.Exit(1)


def _line(setting: str) -> str:
    """Return KEY=VALUE as a line of TOML; what is no value of TOML is text."""
    key, _equals, value = setting.partition("=")
    try:
        tomli.loads(f"{key} = {value}")
    except tomli.TOMLDecodeError:
        value = msgspec.json.encode(value.strip()).decode()
    return f"{key} = {value}"


@app.command(hidden=True)
def ask(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A collector, transport or calendar.")],
    config: ConfigOption = None,
    day: DayOption = None,
) -> None:
    """Print what one plugin gives, as JSON: `check` asks this way, since it may end the process."""
    assembly = assembled(context, config)
    logging.getLogger("wfhagent.plugins").setLevel(logging.DEBUG)
    answers = ask_plugin(assembly, name, SystemClock(), None if day is None else day.date())
    typer.echo(b"\n" + msgspec.json.encode(answers))


@app.command()
def vendor(
    path: Annotated[Path, typer.Argument(help="The plugin: a folder with requirements.txt.")],
    systems: Annotated[
        list[For] | None,
        typer.Option(
            "--for", help="A system that it is for; may be repeated.", show_default="this one"
        ),
    ] = None,
    python: Annotated[
        str,
        typer.Option(
            metavar="VERSION",
            help="The Python of the agents, such as 3.12.",
            show_default="this one",
        ),
    ] = "",
) -> None:
    """Put the packages of the plugin's requirements.txt into its folder, with pip."""
    require_pip()
    typer.echo(describe_vendored(fill_vendor(path, targets(systems or [], python))))


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
    inherited = os.environ.get("PYTHONPATH")
    folders = [str(folder) for folder in vendor_folders(path.resolve())]
    search = os.pathsep.join([*folders, *([inherited] if inherited else ())])
    environment = {**os.environ, "PYTHONPATH": search} if folders else None
    done = subprocess.run(command, env=environment, check=False)  # noqa: S603 -- our own Python
    raise typer.Exit(done.returncode)


for command in (plugin_packs.pack, plugin_packs.keygen, plugin_packs.install, plugin_packs.remove):
    app.command()(command)
app.command("list")(plugin_packs.list_)
