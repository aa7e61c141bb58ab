"""`wfhserver keys`, the hidden old name of `wfhserver tokens` and `wfhserver agents`.

For one version: scripts of administrators use it.
"""

import typer

from wfhserver.cli import agents, tokens
from wfhserver.cli.context import group
from wfhserver.cli.ids import AGENT, is_id
from wfhserver.errors import DeviceError

app = group("Old name of `wfhserver tokens` and `wfhserver agents`.")


@app.callback()
def keys() -> None:
    """Name the new commands; on stderr, as scripts read the token from stdout."""
    typer.echo(
        "`wfhserver keys` will be removed in the next version."
        " Use `wfhserver tokens` or `wfhserver agents`.",
        err=True,
    )


@app.command()
def create(
    label: str = typer.Option(""),
    uses: int | None = typer.Option(None, min=1),
    expires_days: int | None = typer.Option(None, min=1, max=36500),
    approval: bool = typer.Option(False, "--approval"),
    for_: str | None = typer.Option(None, "--for"),
) -> None:
    """`wfhserver tokens create`, or `wfhserver agents create` with --for."""
    if (for_ is None) == (not label):
        raise DeviceError("Give either --label, for an enrollment token, or --for USER@HOST.")
    if for_ is None:
        tokens.create_token(
            label, expires_days=expires_days, use_limit=uses, needs_approval=approval
        )
        return
    if uses is not None or expires_days is not None or approval:
        raise DeviceError("--uses, --expires-days and --approval do not go with --for.")
    agents.create(for_)


@app.command("list")
def list_() -> None:
    """`wfhserver tokens list` and `wfhserver agents list`."""
    tokens.list_()
    typer.echo("")
    agents.list_()


@app.command()
def revoke(
    key: str = typer.Argument(metavar="ID"), with_agents: bool = typer.Option(False, "--agents")
) -> None:
    """`wfhserver tokens revoke`, or `wfhserver agents revoke`."""
    if is_id(key, AGENT):
        agents.revoke(key)
    else:
        tokens.revoke(key, with_agents)


app.command()(agents.confirm)
