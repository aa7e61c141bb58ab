"""`wfhagent status`: the state of the agent, on one screen."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.messages import _, ngettext
from wfhagent.messages.dates import weekday_and_day
from wfhagent.plugins.versions import pending, versions_in
from wfhagent.status import Status, duration, read_status
from wfhagent.system.user_agents import UserAgent, others_of_user, standing

LOGS_PER_DAY = 2


def status(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Show whether the agent is running, what it sent and what is waiting; exits 1 on a problem."""
    assembly = assembled(context, config)
    found = read_status(assembly.paths.status)
    others = others_of_user(assembly.paths.directory)
    if found is None:
        for line in of_others(others):
            typer.echo(line)
        text = _("No agent has run with {file} yet. Start it with `wfhagent run`.")
        typer.echo(text.format(file=assembly.settings.file), err=True)
        raise typer.Exit(1)
    now = SystemClock().now()
    running = found.is_running(now)
    restart = pending(found.plugins, versions_in(assembly.catalog)) if running else []
    if as_json:
        shown = {
            **msgspec.to_builtins(found),
            "running": running,
            "other_agents": others,
            "restart_pending": restart,
        }
        typer.echo(msgspec.json.encode(shown).decode())
    else:
        typer.echo(screen(found, now, others, restart))
    if not running or found.problem or any(other.running for other in others):
        raise typer.Exit(1)


def screen(
    found: Status,
    now: datetime,
    others: Sequence[UserAgent] = (),
    restart: Sequence[str] = (),
) -> str:
    """Return *found* for a terminal when the device's clock shows *now*.

    *others* are the other agents of this user, *restart* is what a restart would change.
    """
    age = found.age_seconds(now)
    running = found.is_running(now)
    state = (
        _("running (pid {pid})").format(pid=found.pid)
        if running
        else _("NOT running, for {duration}").format(duration=duration(age))
    )
    lines = [f"wfhagent {found.version}: {state}"]
    if not running and any(other.running for other in others):
        lines.append(f"  {_('Another agent of yours is running and sends data; see below.')}")
    elif not running:
        lines.append(f"  {_('Nothing is collected or sent. This is the last known state:')}")
    lines += [_line(name, text) for name, text in _rows(found, now, running=running)]
    lines += [_line(_("RESTART"), text) for text in restart]
    lines += of_others(others)
    lines.append(
        _(
            "`wfhagent journal` shows what was sent, `wfhagent privacy --open` who can see it and "
            "why."
        )
    )
    return "\n".join(lines)


def of_others(others: Sequence[UserAgent]) -> Iterator[str]:
    """Yield one line for each of the other agents of this user."""
    for other in others:
        yield _line(_("OTHER AGENT") if other.running else _("other agent"), standing(other))


def _line(name: str, text: str) -> str:
    return f"  {name:<13}{text}"


def _rows(found: Status, now: datetime, *, running: bool) -> Iterator[tuple[str, str]]:
    yield _("reports"), _reports(found)
    yield _("enrolled"), _enrolled(found)
    yield _("last sent"), _last_sent(found, now)
    if running:
        yield _("next"), _next(found, now)
    yield from _hindrances(found, running=running)
    yield _("logs"), _logs(found)
    yield _("waiting"), _counts(found.queued_heartbeats, found.queued_logs)
    if found.refused:
        text = _("{count} by the server, kept here; see `wfhagent doctor`")
        yield _("rejected"), text.format(count=found.refused)
    if found.dropped_heartbeats or found.dropped_logs:
        text = _("{counts}, because they were too old or too many")
        lost = _counts(found.dropped_heartbeats, found.dropped_logs)
        yield _("dropped"), text.format(counts=lost)
    if found.problem:
        code = f" ({found.problem_code})" if found.problem_code else ""
        yield _("PROBLEM"), f"{found.problem}{code}"
        yield "", _("Waiting entries are sent later. `wfhagent doctor` says what to do.")
    if found.plugins:
        yield _("plugins"), ", ".join(plugin.shown for plugin in found.plugins)
    for name, why in found.failing.items():
        yield _("PLUGIN"), f"{name}: {why}"


def _hindrances(found: Status, *, running: bool) -> Iterator[tuple[str, str]]:
    """Yield why no log is taken, and what the employee should read."""
    if found.day_off:
        yield _("day off"), _("no log is taken today: {reason}").format(reason=found.day_off)
    if found.rests:
        yield _("silent"), _("nothing is collected or sent outside working hours")
    elif found.outside_window:
        yield _("hours"), found.outside_window
    if found.days_off:
        yield _("days off"), found.days_off_in_words
    if found.logs_held:
        text = _("no detailed log is taken: {reason}; see `wfhagent notice`")
        yield _("HELD"), text.format(reason=_(found.logs_held))
    for change in found.open_changes:
        yield _("CHANGED"), _("{change}; see `wfhagent notice`").format(change=change)
    if running and found.start_problem:
        text = _("the notification at the start could not be shown: {reason}")
        yield _("NOT SHOWN"), text.format(reason=_(found.start_problem))


def _reports(found: Status) -> str:
    if not found.username:
        return _("nobody yet, to {server}").format(server=found.server)
    return _("{user} on {device}, to {server}").format(
        user=found.username, device=found.hostname, server=found.server
    )


def _next(found: Status, now: datetime) -> str:
    if found.rests:
        return _("a heartbeat when your working hours begin")
    left = duration(max(0.0, found.next_heartbeat_in_seconds - found.age_seconds(now)))
    if found.day_off:
        return _("heartbeat in {duration}").format(duration=left)
    return _("heartbeat in {duration}; a detailed log at a random time").format(duration=left)


def _logs(found: Status) -> str:
    text = _("{taken} of {planned} taken on {day}").format(
        taken=len(found.slots_today), planned=LOGS_PER_DAY, day=weekday_and_day(found.workday)
    )
    return f"{text}; {found.tests_in_words}" if found.tests_today else text


def _counts(heartbeats: int, logs: int) -> str:
    waiting = ngettext("{count} heartbeat", "{count} heartbeats", heartbeats)
    taken = ngettext("{count} log", "{count} logs", logs)
    return f"{waiting.format(count=heartbeats)}, {taken.format(count=logs)}"


def _enrolled(found: Status) -> str:
    if not found.enrolled:
        return _("not yet: the server does not know this device")
    if found.token_kept_in == "keyring":  # noqa: S105 -- a place
        return _("yes, token stored in the keyring")
    return _("yes, token stored in a file")


def _last_sent(found: Status, now: datetime) -> str:
    ago = found.seconds_since_report(now)
    if found.delivered_at is None or ago is None:
        return _("nothing since the agent started")
    return _("{when}, {duration} ago").format(
        when=f"{found.delivered_at.astimezone():%Y-%m-%d %H:%M:%S}", duration=duration(ago)
    )
