"""`wfhagent preview`: shows what would be sent now, and sends nothing."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from wfhagent.agent.names import last_names, names_from
from wfhagent.assembly import Assembly, require_collector
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.clock import Clock, SystemClock
from wfhagent.collect.calendars import DAYS_AT_ONCE, Calendars
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.payload_builder import make_heartbeat, make_log
from wfhagent.collect.runner import CollectorRunner
from wfhagent.errors import DisplayError, KeyringError
from wfhagent.messages import _
from wfhagent.payload import TEST_SLOT, DetailedLog, Heartbeat, Names, encode
from wfhagent.plugin import Occasion
from wfhagent.plugins.report import report_of
from wfhagent.status import Status, read_status


def preview(
    context: typer.Context,
    config: ConfigOption = None,
    only: Annotated[str, typer.Option(help="Ask this one collector or calendar only.")] = "",
    screenshot: Annotated[
        Path, typer.Option("--picture", help="Where to write the screenshot.")
    ] = Path("wfhagent-preview.webp"),
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say what collectors write to their log, too.")
    ] = False,
) -> None:
    """Show what a heartbeat and a detailed log would contain now. Nothing is sent."""
    assembly = assembled(context, config)
    if verbose:
        logging.getLogger("wfhagent.plugins").setLevel(logging.DEBUG)
    clock = SystemClock()
    # The server is asked where this machine is, as for a real log; it records nothing of that.
    token = _kept_token(assembly)
    runner = CollectorRunner(assembly, clock=clock, token=lambda: token)
    if only in assembly.catalog.calendars:
        _show_calendar(assembly, only, clock)
        return
    if only:
        require_collector(assembly.catalog, only)
        _show_one(runner, assembly, only)
        return
    _show_both(runner, last_names(assembly.paths.status), clock.now(), screenshot)
    for line in _days_off(read_status(assembly.paths.status)):
        typer.echo(line)
    names = [one.name for one in report_of(assembly.catalog, assembly.settings.agent.transport)]
    text = _(
        "Once after a change, a heartbeat also lists the plugins in use, with what they declare: "
        "{names}."
    )
    typer.echo(text.format(names=", ".join(names)))
    typer.echo(_("No heartbeat and no log was sent."))


def _show_both(
    runner: CollectorRunner, known: Names | None, now: datetime, screenshot: Path
) -> None:
    """Show a heartbeat and a log as they would be sent, and keep the log's screenshot."""
    heartbeat_facts = runner.run(Occasion.HEARTBEAT)
    names = names_from(heartbeat_facts, known)
    _say_what_is_missing(heartbeat_facts)
    _show(_("A heartbeat"), make_heartbeat(heartbeat_facts, names, now=now, health={}, missed=()))
    log_facts = runner.run(Occasion.DETAILED_LOG)
    _say_what_is_missing(log_facts)
    record = make_log(
        log_facts,
        names,
        now=now,
        workday=now.astimezone().date(),
        slot=TEST_SLOT,
    )
    _show(_("A detailed log"), record.log)
    if record.screenshot is not None:
        _write(screenshot, record.screenshot.data)
        text = _("The screenshot ({count:,} bytes) is in {file}.")
        typer.echo(text.format(count=len(record.screenshot.data), file=screenshot))


def _write(file: Path, data: bytes) -> None:
    """Write what may show a private screen; nobody but its owner may read it."""
    try:
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(data)
    except OSError as error:
        text = _("{file} cannot be written: {error}. Choose another file with --picture.")
        raise DisplayError(text.format(file=file, error=error.strerror)) from error


def _say_what_is_missing(facts: CollectedFacts) -> None:
    for name, dropped in facts.undeclared.items():
        text = _("Plugin {name} returned {facts}, which it does not declare: dropped.")
        typer.echo(text.format(name=name, facts=", ".join(dropped)))
    for name, why in facts.failures.items():
        if name not in facts.undeclared:
            typer.echo(_("Plugin {name}: {reason}.").format(name=name, reason=why))


def _kept_token(assembly: Assembly) -> str:
    try:
        identity = assembly.keeper().load()
    except KeyringError:
        # Then the preview shows what a log would hold while the token cannot be read.
        identity = None
    return "" if identity is None else identity.token


def _days_off(status: Status | None) -> Iterator[str]:
    """Yield when no log is taken, as the running agent knows it."""
    if status is None:
        return
    if status.day_off:
        yield _("No detailed log is taken today: {reason}.").format(reason=status.day_off)
    elif status.outside_window:
        yield _("Now none would be taken: {reason}.").format(reason=status.outside_window)
    if status.days_off:
        yield _("Days off in the next 7 days: {days}.").format(days=status.days_off_in_words)


def _show_one(runner: CollectorRunner, assembly: Assembly, name: str) -> None:
    for occasion in sorted(assembly.catalog.collectors[name].occasions):
        facts = runner.run(occasion, only=name)
        text = _("{name}, for a heartbeat:")
        if occasion is Occasion.DETAILED_LOG:
            text = _("{name}, for a detailed log:")
        typer.echo(text.format(name=name))
        typer.echo(_json(_section(facts)))


def _show_calendar(assembly: Assembly, name: str, clock: Clock) -> None:
    calendars = Calendars(assembly, clock)
    days = calendars.week(name, clock.now().astimezone().date())
    parts = {"days_off": days, "failures": calendars.failing}
    text = _("{name}, for the next {count} days:")
    typer.echo(text.format(name=name, count=DAYS_AT_ONCE))
    typer.echo(_json(msgspec.json.encode({key: part for key, part in parts.items() if part})))


def _section(facts: CollectedFacts) -> bytes:
    attached = {
        name: f"{attachment.media_type}, {len(attachment.data):,} bytes"
        for name, attachment in facts.attachments.items()
    }
    parts = {
        "facts": {**facts.known, **facts.extra},
        "absent": facts.absent,
        "attachments": attached,
        "dropped, because it is not declared": facts.undeclared,
        "failures": facts.failures,
    }
    return msgspec.json.encode({name: part for name, part in parts.items() if part})


def _show(title: str, payload: Heartbeat | DetailedLog) -> None:
    typer.echo(f"{title}:\n{_json(encode(payload))}")


def _json(encoded: bytes) -> str:
    return msgspec.json.format(encoded, indent=2).decode()
