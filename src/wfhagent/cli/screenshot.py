"""`wfhagent screenshot allow`: has the system ask now whether screenshots are allowed."""

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.paths import config_file, program
from wfhagent.wayland import is_wayland_session

app = typer.Typer(help="Screenshots on this machine.", no_args_is_help=True)

ASKED = """\
Where the system asks who may take screenshots, it asks now: the first time, and then not again.
One is taken and thrown away."""


@app.callback()
def screenshot() -> None:
    """Have a command of its own, though there is only one."""


@app.command()
def allow(
    context: typer.Context,
    config: ConfigOption = None,
    here: Annotated[bool, typer.Option("--here", hidden=True)] = False,
) -> None:
    """Take one and throw it away, so that the system asks its question now, and not at work."""
    if not here:
        typer.echo(ASKED)
        asked = _ask_as_the_service(config_file(config))
        if asked is not None:
            raise typer.Exit(asked)
    # Not for the resident agent, which is started by this same command line.
    from wfhagent.checkup.screen import check_screenshots  # noqa: PLC0415

    findings = list(check_screenshots(assembled(context, config), "", SystemClock()))
    for finding in findings:
        typer.echo(f"Screenshot: {finding.detail}")
        if not finding.ok:
            typer.echo(f"-> {finding.advice}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _ask_as_the_service(config: Path) -> int | None:
    """Do it in a unit of the user's systemd, as the agent runs; None where there is none.

    Desktop portals know a program by the unit that it runs in: what is started in a terminal is
    the terminal to them, and a permission would be the terminal's.
    """
    systemctl, systemd_run = shutil.which("systemctl"), shutil.which("systemd-run")
    if systemctl is None or systemd_run is None:
        return None
    if not is_wayland_session():
        return None
    if subprocess.run([systemctl, "--user", "show-environment"], capture_output=True).returncode:  # noqa: PLW1510, S603
        return None
    options = ["--user", "--quiet", "--wait", "--pipe", "--collect"]
    command = [*program(), "screenshot", "allow", "--here", "--config", str(config.absolute())]
    return subprocess.run([systemd_run, *options, "--", *command], check=False).returncode  # noqa: S603
