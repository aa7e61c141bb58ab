"""`wfhserver demo`: the whole system on this machine, for a first look."""

import os
from pathlib import Path

import typer

from wfhserver.cli.context import settings_with_database
from wfhserver.clock import SystemClock


def demo(
    seconds: float | None = typer.Option(
        None, "--for", min=5, help="Stop after so many seconds; exit 0 only if all arrived."
    ),
    data: Path = typer.Option(Path("demo-data"), help="Where everything of the demo is kept."),
    port: int = typer.Option(8443, min=0, max=65535, help="Port of the server, if it is free."),
    sample: bool = typer.Option(False, help="Serve a made-up company instead of this machine."),
    seed: int = typer.Option(7, help="Of the made-up company: the same seed, the same people."),
) -> None:
    """Start PostgreSQL, the server with TLS, and this machine's agent; show what arrives."""
    # These take as long as everything else of the command line, and no other command needs them.
    from wfhserver.demo.run import Demo  # noqa: PLC0415
    from wfhserver.demo.sample import SampleDemo  # noqa: PLC0415
    from wfhserver.sample.company import Plan  # noqa: PLC0415

    os.environ["WFHSERVER_DATA_DIRECTORY"] = str(data.absolute())
    with settings_with_database(as_owner=True) as (settings, url):
        if sample:
            SampleDemo(
                settings=settings,
                database_url=url,
                port=port,
                seconds=seconds,
                plan=Plan(seed=seed, days=min(settings.retention_days, Plan().days)),
                clock=SystemClock(),
                say=typer.echo,
            ).run()
            return
        complete = Demo(
            settings=settings,
            database_url=url,
            port=port,
            seconds=seconds,
            clock=SystemClock(),
            say=typer.echo,
        ).run()
    if not complete and seconds is not None:
        raise typer.Exit(1)
