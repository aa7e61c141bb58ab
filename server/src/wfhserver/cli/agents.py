"""`wfhserver agents`: what has enrolled, and who may no longer report."""

from datetime import datetime

import typer

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.cli.ids import AGENT, BLOCK, TOKEN, naming_list, optional_day, optional_id, read_id
from wfhserver.clock import SystemClock
from wfhserver.devices.blocks import BlockChanges, BlockScope
from wfhserver.devices.enrollment_tokens import EnrollmentChanges
from wfhserver.errors import DeviceError
from wfhserver.models.enrollment import BlockRow
from wfhserver.storage.postgres.agents import list_agents
from wfhserver.storage.postgres.blocks import list_blocks
from wfhserver.storage.postgres.connection import Connection

app = group("Agents: list, revoke, confirm and block them.")

_NAME_LIMIT = 255
_AGENT_ID = typer.Argument(metavar="ID", help="a1; `wfhserver agents list` shows it.")


@app.command()
def create(
    name: str = typer.Argument(metavar="USER@HOST", help="Such as alice@laptop-7."),
) -> None:
    """Create an agent without enrollment and print its device token. It is shown only once."""
    username, separator, hostname = name.rpartition("@")
    if (
        not separator
        or not 0 < len(username) <= _NAME_LIMIT
        or not 0 < len(hostname) <= _NAME_LIMIT
    ):
        raise DeviceError(f"{name!r} is not of the form USER@HOST, such as alice@laptop-7.")
    typer.echo(with_database(lambda c: _enrollment(c).create_agent(username, hostname)))


@app.command("list")
def list_() -> None:
    """List the agents (a1, a2, ...)."""
    typer.echo("ID\tUSER\tHOST\tENROLLED WITH\tLAST SEEN\tREVOKED\tCONFIRMED")
    # Names come from agents: nothing of them may steer the administrator's terminal.
    for row in with_database(list_agents):
        line = (
            f"a{row.agent_id}\t{row.username}\t{row.hostname}"
            f"\t{optional_id(TOKEN, row.enrollment_token)}\t{_minute(row.last_seen)}"
            f"\t{optional_day(row.revoked_at)}\t{optional_day(row.confirmed_at)}"
        )
        typer.echo(printable(line))


@app.command()
def revoke(agent: str = _AGENT_ID) -> None:
    """Revoke the device token of an agent. This takes effect at the next request."""
    number = read_id(agent, AGENT)
    with naming_list(AGENT):
        with_database(lambda c: _enrollment(c).revoke_agent(number))
    typer.echo(
        f"Revoked the agent {agent}. With an enrollment token it can come back as a new one;"
        f" `wfhserver agents block {agent}` prevents that."
    )


@app.command()
def confirm(agent: str = _AGENT_ID) -> None:
    """Confirm that a device belongs to the user it names: it may show that user's data."""
    number = read_id(agent, AGENT)
    with naming_list(AGENT):
        with_database(lambda c: _enrollment(c).confirm_agent(number))
    typer.echo(f"Confirmed the agent {agent}.")


@app.command()
def block(
    agent: str = _AGENT_ID,
    employee: bool = typer.Option(
        False, "--employee", help="Block every device of this employee, not only this one."
    ),
) -> None:
    """Refuse a device until it is unblocked. It keeps what it records."""
    number = read_id(agent, AGENT)
    scope = BlockScope.EMPLOYEE if employee else BlockScope.DEVICE
    with naming_list(AGENT):
        block_id = with_database(lambda c: _blocking(c).block(number, scope))
    typer.echo(f"Blocked as b{block_id}. `wfhserver agents unblock b{block_id}` ends it.")


@app.command()
def unblock(
    block: str = typer.Argument(metavar="ID", help="b1; `wfhserver agents blocks` shows it."),
) -> None:
    """End a block. What the device has recorded comes with its next request."""
    number = read_id(block, BLOCK)
    with naming_list(BLOCK):
        with_database(lambda c: _blocking(c).unblock(number))
    typer.echo(f"Unblocked {block}. A device that was also revoked needs `wfhagent enroll --new`.")


@app.command()
def blocks() -> None:
    """List the blocks (b1, b2, ...)."""
    typer.echo("ID\tUSER\tHOST\tBLOCKED\tBY")
    # Names come from agents: nothing of them may steer the administrator's terminal.
    for row in with_database(list_blocks):
        host = "every device" if row.hostname is None else row.hostname
        line = f"b{row.block_id}\t{_blocked(row)}\t{host}\t{row.blocked_at:%Y-%m-%d}"
        typer.echo(printable(f"{line}\t{row.blocked_by}"))


def _blocked(row: BlockRow) -> str:
    if not row.is_erased:
        return str(row.username)
    return "(erased)" if row.username is None else f"{row.username} (erased)"


def _enrollment(connection: Connection) -> EnrollmentChanges:
    return EnrollmentChanges(connection, actor=actor(), at=SystemClock().now())


def _blocking(connection: Connection) -> BlockChanges:
    return BlockChanges(connection, actor=actor(), at=SystemClock().now())


def _minute(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
