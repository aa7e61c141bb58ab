"""`wfhagent preview`: exactly what would be sent now; nothing is sent."""

import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.assembly import Assembly, require_collector
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.clock import Clock, SystemClock
from wfhagent.collect.calendars import DAYS_AT_ONCE, Calendars
from wfhagent.collect.gather import Gathered
from wfhagent.collect.payload_builder import last_names, make_heartbeat, make_log, names_from
from wfhagent.collect.runner import Observer
from wfhagent.deliver.enroll import Names
from wfhagent.errors import DisplayError, KeyringError
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat, encode
from wfhagent.plugin import Occasion


def preview(
    context: typer.Context,
    config: ConfigOption = None,
    only: Annotated[str, typer.Option(help="Ask this one collector or calendar only.")] = "",
    picture: Annotated[Path, typer.Option(help="Where to write the screenshot.")] = Path(
        "wfhagent-preview.webp"
    ),
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say what collectors write to their log, too.")
    ] = False,
) -> None:
    """Show what a heartbeat and a detailed log would hold now. Nothing is sent."""
    assembly = assembled(context, config)
    if verbose:
        logging.getLogger("wfhagent.plugins").setLevel(logging.DEBUG)
    clock = SystemClock()
    # The server is asked where this machine is, as for a real log; it records nothing of that.
    token = _kept_token(assembly)
    observer = Observer(assembly, clock=clock, token=lambda: token)
    if only in assembly.catalog.calendars:
        _show_calendar(assembly, only, clock)
        return
    if only:
        require_collector(assembly.catalog, only)
        _show_one(observer, assembly, only)
        return
    _show_both(observer, last_names(assembly.paths.status), clock.now(), picture)
    typer.echo("No heartbeat and no log was sent.")


def _show_both(observer: Observer, known: Names | None, now: datetime, picture: Path) -> None:
    """Show a heartbeat and a log as they would be sent, and keep the log's screenshot."""
    beat_facts = observer.observe(Occasion.HEARTBEAT)
    names = names_from(beat_facts, known)
    _say_what_is_missing(beat_facts)
    _show("A heartbeat", make_heartbeat(beat_facts, names, now=now, health={}, missed=()))
    log_facts = observer.observe(Occasion.DETAILED_LOG)
    _say_what_is_missing(log_facts)
    record = make_log(
        log_facts,
        names,
        now=now,
        workday=now.astimezone().date(),
        slot=TEST_SLOT,
    )
    _show("A detailed log", record.log)
    if record.picture is not None:
        _write(picture, record.picture.data)
        typer.echo(f"Its screenshot ({len(record.picture.data):,} bytes) is in {picture}.")


def _write(picture: Path, data: bytes) -> None:
    """Write what may show a private screen; nobody but its owner may read it."""
    try:
        picture.unlink(missing_ok=True)
        picture.touch(mode=0o600)
        picture.write_bytes(data)
    except OSError as error:
        raise DisplayError(
            f"{picture} cannot be written: {error.strerror}; name another with --picture."
        ) from error


def _say_what_is_missing(gathered: Gathered) -> None:
    for name, dropped in gathered.undeclared.items():
        typer.echo(f"Plugin {name} gave {', '.join(dropped)} and does not declare it: dropped.")
    for name, why in gathered.failures.items():
        if name not in gathered.undeclared:
            typer.echo(f"Plugin {name}: {why}.")


def _kept_token(assembly: Assembly) -> str:
    try:
        identity = assembly.keeper().load()
    except KeyringError:
        # Then the preview shows what a log would hold while the token cannot be read.
        identity = None
    return "" if identity is None else identity.token


def _show_one(observer: Observer, assembly: Assembly, name: str) -> None:
    for occasion in sorted(assembly.catalog.collectors[name].occasions):
        gathered = observer.observe(occasion, only=name)
        typer.echo(f"{name}, for a {occasion.replace('_', ' ')}:")
        typer.echo(_json(_section(gathered)))


def _show_calendar(assembly: Assembly, name: str, clock: Clock) -> None:
    calendars = Calendars(assembly, clock)
    days = calendars.week(name, clock.now().astimezone().date())
    parts = {"days_off": days, "failures": calendars.failing}
    typer.echo(f"{name}, for the next {DAYS_AT_ONCE} days:")
    typer.echo(_json(msgspec.json.encode({key: part for key, part in parts.items() if part})))


def _section(gathered: Gathered) -> bytes:
    attached = {
        name: f"{attachment.media_type}, {len(attachment.data):,} bytes"
        for name, attachment in gathered.attachments.items()
    }
    parts = {
        "facts": {**gathered.known, **gathered.extra},
        "absent": gathered.absent,
        "attachments": attached,
        "dropped, for it is not declared": gathered.undeclared,
        "failures": gathered.failures,
    }
    return msgspec.json.encode({name: part for name, part in parts.items() if part})


def _show(title: str, payload: Heartbeat | DetailedLog) -> None:
    typer.echo(f"{title}:\n{_json(encode(payload))}")


def _json(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode()
