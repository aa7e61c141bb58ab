"""`wfhagent screenshot allow`: has the system ask now whether screenshots are allowed."""

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.cli.screenshot_job import job
from wfhagent.clock import SystemClock
from wfhagent.collect.runner import Observer
from wfhagent.desktop.portal_permission import QUESTION_SECONDS, PortalPermission
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.doctor.screen import check_screenshots, stored_permission
from wfhagent.doctor.screen_job import check_in_job, needs_job
from wfhagent.system.paths import config_file, program

app = typer.Typer(help="Screenshots on this machine.", no_args_is_help=True)

app.command(hidden=True)(job)

EXPLAINED = """\
One screenshot is taken now and thrown away. If the system asks whether that is allowed, answer it.\
"""
ALLOWED = "This desktop allows screenshots already. One is taken now and thrown away."
QUESTION = f"""\
Your desktop asks now whether applications may take screenshots; it does not name wfhagent.
You have {QUESTION_SECONDS} seconds to answer: a later answer does not count, even if the question
stays on the screen. If you allow it, one screenshot is taken and thrown away."""
AFTER_NO = "An earlier answer was no, and is deleted, so that you are asked again."
ADVICE = {
    PortalPermission.DENIED: "That is stored. Type this command again to change it.",
    PortalPermission.UNANSWERED: "Close the question if it is still there, and type this command "
    "again.",
}


@app.callback()
def screenshot() -> None:
    """Have a command of its own, though there is only one."""


@app.command()
def allow(
    context: typer.Context,
    config: ConfigOption = None,
    here: Annotated[bool, typer.Option("--here", hidden=True)] = False,
) -> None:
    """Take one and throw it away; the system asks you now if it wants your permission."""
    if not here:
        typer.echo(_explanation(stored_permission()))
        asked = _ask_as_the_service(config_file(config))
        if asked is not None:
            raise typer.Exit(asked)
    if needs_job() and not here:
        findings = check_in_job(program(), config_file(config), ask_user=True)
    else:
        assembly = assembled(context, config)
        observer = Observer(assembly, clock=SystemClock(), token=lambda: "", may_ask=True)
        findings = list(check_screenshots(assembly, observer))
    for finding in findings:
        typer.echo(f"Screenshot: {finding.detail}")
        if not finding.ok:
            # The icon, which starts this too, shows the last line of an error.
            typer.echo(f"-> {ADVICE.get(stored_permission(), finding.advice)}", err=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _explanation(stored: PortalPermission) -> str:
    """Return what will happen, before it does."""
    if stored is PortalPermission.NOT_NEEDED:
        return EXPLAINED
    if stored is PortalPermission.ALLOWED:
        return ALLOWED
    return f"{AFTER_NO}\n{QUESTION}" if stored is PortalPermission.DENIED else QUESTION


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
