"""`wfhserver keys`: the tokens that enroll machines, and the agents."""

import re
from datetime import datetime, timedelta

import typer

from wfhserver.cli.context import actor, group, printable, with_database
from wfhserver.clock import SystemClock
from wfhserver.devices.enrollment_tokens import EnrollmentChanges
from wfhserver.errors import KeysError, Refusal
from wfhserver.storage.postgres import agents, enrollment_tokens
from wfhserver.storage.postgres.connection import Connection

app = group("Tokens that enroll machines, and the agents.")

_ID = re.compile(r"\A([ea])([1-9][0-9]{0,8})\Z")
_NAME_LIMIT = 255


@app.command()
def create(
    label: str = typer.Option("", help="What this token is for."),
    uses: int | None = typer.Option(None, min=1, help="How many machines may enroll."),
    expires_days: int | None = typer.Option(None, min=1, max=36500, help="Valid so long."),
    approval: bool = typer.Option(False, "--approval", help="Each machine waits for approval."),
    for_: str | None = typer.Option(
        None, "--for", help="USER@HOST: make an agent's token directly, without enrollment."
    ),
) -> None:
    """Make a token and print it, once: only its hash is kept."""
    if (for_ is None) == (not label):
        raise KeysError("Give either --label, for an enrollment token, or --for USER@HOST.")
    if for_ is not None and (uses is not None or expires_days is not None or approval):
        raise KeysError(
            "--uses, --expires-days and --approval limit enrollment tokens; drop --for or them."
        )
    if for_ is not None:
        _create_agent(for_)
        return
    now = SystemClock().now()
    expires_at = None if expires_days is None else now + timedelta(days=expires_days)
    _, token = with_database(
        lambda connection: _changes(connection).create(
            label, expires_at=expires_at, use_limit=uses, needs_approval=approval
        )
    )
    typer.echo(token)


def _changes(connection: Connection) -> EnrollmentChanges:
    return EnrollmentChanges(connection, actor=actor(), at=SystemClock().now())


def _create_agent(who: str) -> None:
    username, separator, hostname = who.rpartition("@")
    if (
        not separator
        or not 0 < len(username) <= _NAME_LIMIT
        or not 0 < len(hostname) <= _NAME_LIMIT
    ):
        raise KeysError(f"{who!r} is not of the form USER@HOST, as in --for alice@laptop-7.")
    token = with_database(lambda c: _changes(c).create_agent(username, hostname))
    typer.echo(token)


@app.command("list")
def list_() -> None:
    """List enrollment tokens (e1, e2, ...) and agents (a1, a2, ...)."""

    async def read(connection: Connection) -> list[str]:
        tokens = await enrollment_tokens.list_tokens(connection)
        enrolled = await agents.list_agents(connection)
        return [
            "ID\tLABEL\tUSES\tAGENTS\tEXPIRES\tREVOKED",
            *(
                f"e{row.token_id}\t{row.label}\t{row.uses}/{row.use_limit or '-'}"
                f"\t{row.agents}\t{_day(row.expires_at)}\t{_day(row.revoked_at)}"
                for row in tokens
            ),
            "",
            "ID\tUSER\tHOST\tENROLLED WITH\tLAST SEEN\tREVOKED\tCONFIRMED",
            *(
                f"a{row.agent_id}\t{row.username}\t{row.hostname}"
                f"\t{_token_id(row.enrollment_token)}\t{_minute(row.last_seen)}"
                f"\t{_day(row.revoked_at)}\t{_day(row.confirmed_at)}"
                for row in enrolled
            ),
        ]

    # Names come from agents: nothing of them may steer the administrator's terminal.
    for line in with_database(read):
        typer.echo(printable(line))


@app.command()
def revoke(
    key: str = typer.Argument(metavar="ID", help="e1 (enrollment token) or a1 (agent)."),
    with_agents: bool = typer.Option(
        False, "--agents", help="Also the agents that enrolled with this token."
    ),
) -> None:
    """Revoke an enrollment token or an agent; takes effect at the next request."""
    kind, number = _read(key)
    try:
        if kind == "a":
            with_database(lambda c: _changes(c).revoke_agent(number))
            typer.echo(
                f"Revoked the agent {key}. With an enrollment token it can come back as a new one;"
                f" `wfhserver agents block {key}` keeps it away."
            )
            return
        count = with_database(lambda c: _changes(c).revoke(number, with_agents=with_agents))
    except Refusal as refusal:
        raise KeysError(f"{refusal.detail} See `wfhserver keys list`.") from refusal
    typer.echo(f"Revoked the enrollment token {key}, and {count} agents.")


@app.command()
def confirm(key: str = typer.Argument(metavar="ID", help="a1 (agent).")) -> None:
    """Say that an agent is the user's whose name it bears: it may show that user's data."""
    kind, number = _read(key)
    if kind != "a":
        raise KeysError(f"{key} is no agent. `wfhserver keys list` shows them: a1, a2, ...")
    try:
        with_database(lambda c: _changes(c).confirm_agent(number))
    except Refusal as refusal:
        raise KeysError(f"{refusal.detail} See `wfhserver keys list`.") from refusal
    typer.echo(f"Confirmed the agent {key}.")


def _read(key: str) -> tuple[str, int]:
    form = _ID.match(key)
    if form is None:
        raise KeysError(f"{key!r} is not an ID. `wfhserver keys list` shows them: e1, a1, ...")
    return form[1], int(form[2])


def _day(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d}"


def _minute(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _token_id(number: int | None) -> str:
    return "-" if number is None else f"e{number}"
