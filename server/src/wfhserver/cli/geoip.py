"""`wfhserver geoip update`: fetch a GeoIP database."""

import typer

from wfhserver.cli.context import group, read_settings
from wfhserver.clock import SystemClock

app = group("Places of addresses.")


@app.callback()
def geoip() -> None:
    """Keep `update` a subcommand: Typer drops the name of an only command."""


@app.command()
def update() -> None:
    """Fetch this month's database; a running server takes it up by itself."""
    # The HTTP client takes a fifth of the start of any other command.
    from wfhserver.geoip.update import update as fetch  # noqa: PLC0415

    settings = read_settings()
    kind = fetch(settings.geoip_url, settings.geoip_file, SystemClock().now().date())
    typer.echo(f"{settings.geoip_file} holds {kind} now.")
