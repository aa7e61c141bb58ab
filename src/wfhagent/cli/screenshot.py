"""`wfhagent screenshot allow`: makes the system ask now whether screenshots are allowed."""

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.cli.screenshot_job import job
from wfhagent.clock import SystemClock
from wfhagent.collect.runner import CollectorRunner
from wfhagent.desktop.portal_permission import QUESTION_SECONDS, PortalPermission
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.doctor.screen import check_screenshots, stored_permission
from wfhagent.doctor.screen_job import check_in_job, needs_job
from wfhagent.messages import N_, _
from wfhagent.system.paths import config_file, program

app = typer.Typer(help="Permission to take screenshots on this device.", no_args_is_help=True)

app.command(hidden=True)(job)

EXPLAINED = N_(
    "One screenshot is taken now and discarded. If the system asks whether to allow it, answer."
)
ALLOWED = N_("Screenshots are already allowed. One is taken now and discarded.")
QUESTION = N_(
    "Your desktop now asks whether applications may take screenshots. It does not name wfhagent.\n"
    "You have {seconds} seconds to answer. A later answer does not count, even if the question\n"
    "stays on the screen. If you allow it, one screenshot is taken and discarded."
)
AFTER_NO = N_("Your earlier answer was no. It was deleted, so that you are asked again.")
ADVICE = {
    PortalPermission.DENIED: N_("Your answer is stored. Run this command again to change it."),
    PortalPermission.UNANSWERED: N_(
        "Close the question if it is still open, and run this command again."
    ),
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
    """Take a screenshot and discard it; the system asks you now if it needs your permission."""
    if not here:
        typer.echo(_explanation(stored_permission()))
        asked = _ask_as_the_service(config_file(config))
        if asked is not None:
            raise typer.Exit(asked)
    if needs_job() and not here:
        findings = check_in_job(program(), config_file(config), ask_user=True)
    else:
        assembly = assembled(context, config)
        runner = CollectorRunner(assembly, clock=SystemClock(), token=lambda: "", may_ask=True)
        findings = list(check_screenshots(assembly, runner))
    for finding in findings:
        typer.echo(_("Screenshot: {detail}").format(detail=finding.detail))
        if not finding.ok:
            # The icon, which starts this too, shows the last line of an error.
            advice = ADVICE.get(stored_permission())
            typer.echo(f"-> {_(advice) if advice else finding.advice}", err=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _explanation(stored: PortalPermission) -> str:
    """Return what will happen, before it does."""
    if stored is PortalPermission.NOT_NEEDED:
        return _(EXPLAINED)
    if stored is PortalPermission.ALLOWED:
        return _(ALLOWED)
    question = _(QUESTION).format(seconds=QUESTION_SECONDS)
    return f"{_(AFTER_NO)}\n{question}" if stored is PortalPermission.DENIED else question


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
