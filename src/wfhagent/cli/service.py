"""`wfhagent service`: has the system start the agent at sign-in, and keep it running."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption
from wfhagent.messages import _
from wfhagent.os_service import tree
from wfhagent.os_service.all_users import AllUsers
from wfhagent.os_service.manager import WithIcon, all_users_service, service_manager
from wfhagent.os_service.remove_later import remove_later
from wfhagent.os_service.runner import start_command
from wfhagent.os_service.unit import ServiceError, ServiceSpec, State
from wfhagent.plugins.trust import check_trust
from wfhagent.system.compiled import Compiled, compiled, program_in
from wfhagent.system.paths import CONFIG_VARIABLE, program, program_directory
from wfhagent.system.probe import may_be_there

NOT_RUNNING, NOT_INSTALLED = 3, 4
"""Exit codes of `status`, as the Linux Standard Base has them."""

app = typer.Typer(
    help="Have the system start the agent at sign-in, and keep it running.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


AllUsersOption = Annotated[
    bool,
    typer.Option("--all-users", help="For every user of a Windows computer; the MSI calls it."),
]


@app.command()
def install(
    config: ConfigOption = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Show what would be written where; write nothing.")
    ] = False,
    all_users: AllUsersOption = False,
) -> None:
    """Install the service for this user and start it; run it again after an update."""
    download = _download()
    words = program() if download is None else [str(_laid_out(download))]
    spec = ServiceSpec(program=words, config=_config(config))
    manager = _all_users(download) if all_users else service_manager()
    if only_print:
        for definition in manager.definitions(spec):
            typer.echo(f"==> {definition.where} <==\n{definition.text}")
        return
    if download is not None and isinstance(manager, WithIcon):
        _lay_out(download, manager)
    typer.echo(manager.install(spec))


@app.command()
def uninstall(all_users: AllUsersOption = False) -> None:
    """Stop the agent and remove the service; the data of the agent stays."""
    if all_users:
        typer.echo(_all_users(_download()).uninstall(program()[0]))
        return
    result = service_manager().uninstall()
    folder = program_directory()
    running = compiled()
    if sys.platform == "win32" and running is not None and running.folder == folder.resolve():
        # Windows does not remove a program that runs.
        remove_later(tree.places(folder), start_command)
        text = _("Its folder {folder} will be removed within a minute.")
        result = f"{result} {text.format(folder=folder)}"
    else:
        tree.clear(folder)
    typer.echo(result)


@app.command()
def start() -> None:
    """Start the agent now."""
    typer.echo(service_manager().start())


@app.command()
def stop() -> None:
    """Stop the agent."""
    typer.echo(service_manager().stop())


@app.command()
def status() -> None:
    """Show whether it is installed, enabled and running; exits 3 if not running, 4 if absent."""
    state = service_manager().state()
    typer.echo(_sentence(state))
    if not state.running:
        raise typer.Exit(NOT_RUNNING if state.installed else NOT_INSTALLED)


def _download() -> Compiled | None:
    """Return the download that was started; None for a program that is where it should stay."""
    found = compiled()
    return found if found is not None and found.is_download(program_directory()) else None


def _laid_out(download: Compiled) -> Path:
    """Return the program of the copy that the service runs."""
    return program_in(program_directory(), bundled=download.bundle is not None)


def _all_users(download: Compiled | None) -> AllUsers:
    if download is not None or compiled() is None:
        raise ServiceError(
            _(
                "--all-users needs a program that only administrators can change. Install the "
                "package."
            )
        )
    return all_users_service()


def check_drop_ins(download: Compiled) -> None:
    """Refuse the drop-ins next to *download* that others may write: their copy would be trusted.

    Raises:
        PluginError: names the file, and what to do.
    """
    drop_ins = tree.drop_ins_of(download)
    if drop_ins is not None:
        check_trust(drop_ins, {})


def _lay_out(download: Compiled, manager: WithIcon) -> None:
    target = program_directory()
    check_drop_ins(download)
    tree.unpack(download, target)
    is_update = may_be_there(target)
    if is_update:
        # Windows does not let a program be replaced while it runs.
        manager.stop_both()
    try:
        tree.put_in_place(target)
    except ServiceError:
        if is_update:
            manager.start_both()
        raise


def _sentence(state: State) -> str:
    if not state.installed:
        return _("Not installed. Run `wfhagent service install`.")
    return {
        (True, True): _("Installed, enabled, running."),
        (True, False): _("Installed, enabled, not running."),
        (False, True): _("Installed, disabled, running."),
        (False, False): _("Installed, disabled, not running."),
    }[state.enabled, state.running]


def _config(given: Path | None) -> Path | None:
    """Return the file to name in the service; none lets the agent look where it always looks."""
    if given is not None:
        return given.absolute()
    # The service is not started from the shell that has this variable.
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).absolute() if named else None
