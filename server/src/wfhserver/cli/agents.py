"""`wfhserver agents`: blocking devices and employees."""

import re

import typer

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.clock import SystemClock
from wfhserver.devices.blocks import BlockChanges, BlockScope
from wfhserver.errors import KeysError, Refusal
from wfhserver.storage.postgres.blocks import list_blocks
from wfhserver.storage.postgres.connection import Connection

app = group("Devices that may neither report nor enroll.")

_AGENT = re.compile(r"\Aa([1-9][0-9]{0,8})\Z")
_BLOCK = re.compile(r"\Ab([1-9][0-9]{0,8})\Z")


@app.command()
def block(
    agent: str = typer.Argument(metavar="ID", help="a1 (agent); `wfhserver keys list` shows it."),
    employee: bool = typer.Option(
        False, "--employee", help="Block every device of this employee, not only this one."
    ),
) -> None:
    """Refuse a device until it is unblocked; it keeps what it recorded."""
    number = _number(_AGENT, agent, "an agent. `wfhserver keys list` shows them: a1, a2, ...")
    scope = BlockScope.EMPLOYEE if employee else BlockScope.DEVICE
    try:
        block_id = with_database(lambda c: _changes(c).block(number, scope))
    except Refusal as refusal:
        raise KeysError(f"{refusal.detail} See `wfhserver keys list`.") from refusal
    typer.echo(f"Blocked as b{block_id}. `wfhserver agents unblock b{block_id}` ends it.")


@app.command()
def unblock(
    block: str = typer.Argument(metavar="ID", help="b1; `wfhserver agents blocks` shows it."),
) -> None:
    """End a block; what the device kept comes with its next request."""
    number = _number(_BLOCK, block, "a block. `wfhserver agents blocks` shows them: b1, b2, ...")
    try:
        with_database(lambda c: _changes(c).unblock(number))
    except Refusal as refusal:
        raise KeysError(f"{refusal.detail} See `wfhserver agents blocks`.") from refusal
    typer.echo(f"Unblocked {block}. A device that was revoked, too, needs `wfhagent enroll --new`.")


@app.command()
def blocks() -> None:
    """List the blocks (b1, b2, ...)."""
    typer.echo("ID\tUSER\tHOST\tBLOCKED\tBY")
    # Names come from agents: nothing of them may steer the administrator's terminal.
    for row in with_database(list_blocks):
        host = "every device" if row.hostname is None else row.hostname
        line = f"b{row.block_id}\t{row.username}\t{host}\t{row.blocked_at:%Y-%m-%d}"
        typer.echo(printable(f"{line}\t{row.blocked_by}"))


def _changes(connection: Connection) -> BlockChanges:
    return BlockChanges(connection, actor=actor(), at=SystemClock().now())


def _number(form: re.Pattern[str], given: str, what: str) -> int:
    found = form.match(given)
    if found is None:
        raise KeysError(f"{given!r} is not the ID of {what}")
    return int(found[1])
