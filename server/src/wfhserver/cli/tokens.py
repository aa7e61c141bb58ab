"""`wfhserver tokens`: the enrollment tokens, with which devices enroll."""

import os
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.cli.ids import TOKEN, naming_list, optional_day, read_id
from wfhserver.clock import SystemClock
from wfhserver.devices.add_devices import bundle_maker
from wfhserver.devices.bundle_zip import write_zip
from wfhserver.devices.bundles import BundleMaker
from wfhserver.devices.downloads import ReleaseFolder
from wfhserver.devices.enrollment_tokens import EnrollmentChanges
from wfhserver.devices.new_notice import NewNotice
from wfhserver.errors import DeviceError
from wfhserver.models.bundles import Notice
from wfhserver.names import normalize_name
from wfhserver.settings import from_environment
from wfhserver.storage.postgres import enrollment_tokens
from wfhserver.storage.postgres.connection import Connection
from wfhserver.storage.postgres.teams import team_named

app = group("Enrollment tokens: devices enroll with them.")

_TEAM = typer.Option(None, metavar="NAME", help="The team that employees of its devices join.")
_BUNDLE = typer.Option(
    None, help="Write a ZIP file with the token, agent.toml, scripts and steps instead."
)
_URL = typer.Option(
    None, help="The server's address in agent.toml.", show_default="WFHSERVER_PUBLIC_URL"
)
_REQUIRED = typer.Option(
    False, "--required", help="No detailed log before the notice is acknowledged."
)


@app.command()
def create(
    *,
    label: str = typer.Option(help="What this token is for."),
    uses: int | None = typer.Option(
        None, min=1, max=2**31 - 1, help="How many devices may enroll."
    ),
    expires_days: int | None = typer.Option(
        None, min=1, max=36500, help="After how many days it expires; if not given, never."
    ),
    approval: bool = typer.Option(False, "--approval", help="Each device waits for approval."),
    team: str | None = _TEAM,
    bundle: Path | None = _BUNDLE,
    url: str | None = _URL,
    company: str = typer.Option("", help="The company, for the notice in agent.toml."),
    purpose: str = typer.Option("", help="The purpose, for the notice."),
    contact: str = typer.Option("", help="Whom employees ask, for the notice."),
    text: str = typer.Option("", help="Further text of the notice; may have several lines."),
    required: bool = _REQUIRED,
) -> None:
    """Create an enrollment token and print it. It is shown only once: only its hash is stored."""
    notice = _notice(
        company=company, purpose=purpose, contact=contact, text=text, required=required
    )
    limits = {"expires_days": expires_days, "use_limit": uses, "needs_approval": approval}
    if bundle is not None:
        maker = _maker(bundle, url, notice)
        created = _create(label, team, limits)
        write_zip(maker.make(*created), bundle)
        typer.echo(f"Wrote {bundle}. It holds the enrollment token e{created[0]}: keep it secret.")
    elif url is not None or notice != Notice():
        raise DeviceError("--url and the notice are for agent.toml. Add --bundle out.zip.")
    else:
        create_token(label, team, **limits)


def create_token(label: str, team: str | None = None, **limits: Any) -> None:
    """Create a token and print it; *team* is a name, *limits* as EnrollmentChanges.create."""
    _, token = _create(label, team, limits)
    typer.echo(token)


def _create(label: str, team: str | None, limits: dict[str, Any]) -> tuple[int, str]:
    """Create a token; return its number and itself. DeviceError when there is no such team."""

    async def work(connection: Connection) -> tuple[int, str]:
        team_id = None if team is None else await team_named(connection, normalize_name(team))
        if team is not None and team_id is None:
            raise DeviceError(f"There is no team {team!r}. The page Teams lists them.")
        return await _changes(connection).create(label, team_id=team_id, **limits)

    return with_database(work)


def _notice(**fields: Any) -> Notice:
    """Return the notice, within the limits of the page; DeviceError names the option."""
    try:
        return Notice(**NewNotice(**fields).model_dump())
    except ValidationError as error:
        first = error.errors()[0]
        raise DeviceError(f"--{first['loc'][0]}: {first['msg']}.") from error


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
