"""`wfhserver tokens`: the enrollment tokens, with which devices enroll."""

import os
from pathlib import Path
from typing import Any

import typer

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.cli.ids import TOKEN, naming_list, optional_day, read_id
from wfhserver.clock import SystemClock
from wfhserver.devices.add_devices import bundle_maker
from wfhserver.devices.bundle_zip import write_zip
from wfhserver.devices.bundles import BundleMaker
from wfhserver.devices.downloads import ReleaseFolder
from wfhserver.devices.enrollment_tokens import EnrollmentChanges
from wfhserver.errors import DeviceError
from wfhserver.models.bundles import Notice
from wfhserver.settings import from_environment
from wfhserver.storage.postgres import enrollment_tokens
from wfhserver.storage.postgres.connection import Connection

app = group("Enrollment tokens: devices enroll with them.")


@app.command()
def create(
    *,
    label: str = typer.Option(help="What this token is for."),
    uses: int | None = typer.Option(None, min=1, help="How many devices may enroll."),
    expires_days: int | None = typer.Option(
        None, min=1, max=36500, help="After how many days it expires."
    ),
    approval: bool = typer.Option(False, "--approval", help="Each device waits for approval."),
    bundle: Path | None = typer.Option(
        None, help="Write a ZIP file with the token, agent.toml, scripts and steps instead."
    ),
    url: str | None = typer.Option(
        None, help="The server's address in agent.toml.", show_default="WFHSERVER_PUBLIC_URL"
    ),
    company: str = typer.Option("", help="The company, for the notice in agent.toml."),
    purpose: str = typer.Option("", help="The purpose, for the notice."),
    contact: str = typer.Option("", help="Whom employees ask, for the notice."),
) -> None:
    """Create an enrollment token and print it. It is shown only once: only its hash is stored."""
    limits: dict[str, Any] = {
        "expires_days": expires_days,
        "use_limit": uses,
        "needs_approval": approval,
    }
    if bundle is None:
        create_token(label, **limits)
        return
    maker = _maker(bundle, url, Notice(company=company, purpose=purpose, contact=contact))
    created = with_database(lambda connection: _changes(connection).create(label, **limits))
    write_zip(maker.make(*created), bundle)
    typer.echo(f"Wrote {bundle}. It holds the enrollment token e{created[0]}: keep it secret.")


def create_token(label: str, **limits: Any) -> None:
    """Create a token and print it; *limits* as EnrollmentChanges.create."""
    _, token = with_database(lambda connection: _changes(connection).create(label, **limits))
    typer.echo(token)


def _maker(bundle: Path, url: str | None, notice: Notice) -> BundleMaker:
    """Return what makes the bundle, before a token is created; DeviceError in a sentence."""
    settings = from_environment(os.environ)
    address = url or settings.public_url
    if address is None:
        raise DeviceError("No address for agent.toml. Set WFHSERVER_PUBLIC_URL, or use --url.")
    if bundle.exists() or not bundle.absolute().parent.is_dir():
        raise DeviceError(f"{bundle} exists already, or its folder does not. Name a new file.")
    try:
        return bundle_maker(address, notice, settings, ReleaseFolder(settings.downloads))
    except ValueError as error:
        raise DeviceError(str(error)) from error


@app.command("list")
def list_() -> None:
    """List the enrollment tokens (e1, e2, ...)."""
    typer.echo("ID\tLABEL\tUSES\tAGENTS\tEXPIRES\tREVOKED")
    for row in with_database(enrollment_tokens.list_tokens):
        line = (
            f"e{row.token_id}\t{row.label}\t{row.uses}/{row.use_limit or '-'}"
            f"\t{row.agents}\t{optional_day(row.expires_at)}\t{optional_day(row.revoked_at)}"
        )
        typer.echo(printable(line))


@app.command()
def revoke(
    token: str = typer.Argument(metavar="ID", help="e1; `wfhserver tokens list` shows it."),
    with_agents: bool = typer.Option(
        False, "--agents", help="Also revoke the agents that enrolled with this token."
    ),
) -> None:
    """Revoke an enrollment token. This takes effect at the next request."""
    number = read_id(token, TOKEN)
    with naming_list(TOKEN):
        count = with_database(lambda c: _changes(c).revoke(number, with_agents=with_agents))
    typer.echo(f"Revoked the enrollment token {token}, and {count} agents.")


def _changes(connection: Connection) -> EnrollmentChanges:
    return EnrollmentChanges(connection, actor=actor(), at=SystemClock().now())
