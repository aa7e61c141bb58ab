"""`wfhserver simulate`: a capacity test of a server that runs."""

import asyncio
import os
import ssl
from pathlib import Path

import typer

from wfhserver.clock import SystemClock
from wfhserver.errors import SimulateError
from wfhserver.simulate.caller import Caller
from wfhserver.simulate.plan import Plan, Target, target_of
from wfhserver.simulate.run import Simulation

_TOKEN_VARIABLE = "ENROLLMENT_TOKEN"  # noqa: S105 -- a name, not a secret


def simulate(
    *,
    agents: int = typer.Option(1000, min=1, max=1_000_000, help="How many agents."),
    url: str = typer.Option("http://127.0.0.1:8000", help="The server."),
    remote: bool = typer.Option(False, help="The server may be another machine: yours."),
    ca: Path | None = typer.Option(None, exists=True, help="Certificate that signed the server's."),
    for_: float = typer.Option(60.0, "--for", min=1, help="Seconds."),
    interval: float = typer.Option(300.0, min=0.1, help="Seconds between heartbeats."),
    outages: float = typer.Option(0.1, min=0, max=1, help="Share that loses its network once."),
    skew: float = typer.Option(3600.0, min=0, help="Clocks are wrong by up to these seconds."),
    flood: float = typer.Option(0.1, min=0, max=1, help="Share with a backlog at half-time."),
    backlog: int = typer.Option(100, min=1, max=10_000, help="Heartbeats in each backlog."),
    connections: int = typer.Option(256, min=1, max=10_000, help="Open at once at most."),
) -> None:
    """Let simulated agents live over HTTP; exit 1 unless all they sent is stored.

    The enrollment token is read from the variable ENROLLMENT_TOKEN. The agents stay behind, called
    simulated-...: use a server for tests, or `wfhserver tokens revoke eN --agents` afterwards.
    """
    token = os.environ.get(_TOKEN_VARIABLE, "")
    if not token:
        raise SimulateError(
            f"{_TOKEN_VARIABLE} is not set. Create a token with `wfhserver tokens create --label"
            " capacity` on the server and set it."
        )
    plan = Plan(
        agents=agents,
        seconds=for_,
        interval_seconds=interval,
        outage_share=outages,
        skew_seconds=skew,
        flood_share=flood,
        backlog=backlog,
        connections=connections,
    )
    _run(plan, _caller(target_of(url, remote=remote), ca, connections), token)


def _caller(target: Target, ca: Path | None, connections: int) -> Caller:
    try:
        context = ssl.create_default_context(cafile=ca) if target.is_tls else None
    except OSError as error:
        raise SimulateError(f"{ca} is no certificate authority in PEM. Name its file.") from error
    return Caller(target, context, connections)


def _run(plan: Plan, caller: Caller, token: str) -> None:
    tally = asyncio.run(Simulation(plan, caller, SystemClock(), typer.echo).run(token))
    typer.echo(
        f"sent {tally.made}, stored {tally.stored}"
        + (f", already there {tally.duplicates}" if tally.duplicates else "")
    )
    if not tally.is_whole:
        missing = tally.made - tally.stored - tally.duplicates
        raise SimulateError(f"{missing} heartbeats were not stored. The errors above say why.")
