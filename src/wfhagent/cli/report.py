"""`wfhagent report`: one zip to give to support."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.cli.doctor import diagnose
from wfhagent.cli.options import ConfigOption, JsonOption
from wfhagent.clock import SystemClock
from wfhagent.messages import _
from wfhagent.system.paths import config_file


def report(
    context: typer.Context,
    config: ConfigOption = None,
    output: Annotated[
        Path | None,
        typer.Option(help="The zip to write.", show_default="wfhagent-report-<time>.zip here"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a zip for support: findings, settings, logs; no secrets. Sends nothing."""
    # Not for the resident agent, which is started by this same command line.
    from wfhagent.doctor.report import collect_parts, write_report  # noqa: PLC0415

    clock = SystemClock()
    diagnosis = diagnose(context, config)
    parts = collect_parts(config_file(config), diagnosis.assembly, diagnosis.findings, clock)
    named = Path(f"wfhagent-report-{clock.now().astimezone():%Y%m%d-%H%M%S}.zip")
    file = (named if output is None else output).absolute()
    write_report(file, parts)
    if as_json:
        contents = {part.name: part.what for part in parts}
        typer.echo(msgspec.json.encode({"path": str(file), "contents": contents}).decode())
        return
    typer.echo(file)
    for part in parts:
        typer.echo(f"  {part.name:<15}{part.what}")
    typer.echo(
        _(
            "Nothing was sent. Tokens and passwords are masked. Screenshots and entries are not "
            "included. The report names you and this device: read it before you share it."
        )
    )
