"""`wfhagent status`: how the agent stands, in one screen."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.process.user_agents import UserAgent, others_of_user, standing
from wfhagent.status import Status, duration, read_status

LOGS_PER_DAY = 2


def status(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Say whether the agent runs, what it sent and what waits; exits 1 when something is wrong."""
    assembly = assembled(context, config)
    found = read_status(assembly.paths.status)
    others = others_of_user(assembly.paths.directory)
    if found is None:
        for line in of_others(others):
            typer.echo(line)
        typer.echo(
            f"No agent has run with {assembly.settings.file} yet: start it with `wfhagent run`.",
            err=True,
        )
        raise typer.Exit(1)
    now = SystemClock().now()
    running = found.is_running(now)
    if as_json:
        told = {**msgspec.to_builtins(found), "running": running, "other_agents": others}
        typer.echo(msgspec.json.encode(told).decode())
    else:
        typer.echo(screen(found, now, others))
    if not running or found.problem or any(other.running for other in others):
        raise typer.Exit(1)


def screen(found: Status, now: datetime, others: Sequence[UserAgent] = ()) -> str:
    """Return *found* as a person reads it when the laptop's clock says *now*.

    *others* are the further agents of this user.
    """
    age = found.age_seconds(now)
    running = found.is_running(now)
    state = f"running (pid {found.pid})" if running else f"NOT running, since {duration(age)}"
    lines = [f"wfhagent {found.version}: {state}"]
    if not running and any(other.running for other in others):
        lines.append("  Another agent of yours runs, and collects and sends; see below.")
    elif not running:
        lines.append("  Nothing is collected or sent. What follows is how it stood then.")
    lines += [f"  {name:<13}{text}" for name, text in _rows(found, now, running=running)]
    lines += of_others(others)
    lines.append(
        "`wfhagent journal` shows what was sent; `wfhagent privacy --open` who sees it, and why."
    )
    return "\n".join(lines)


def of_others(others: Sequence[UserAgent]) -> Iterator[str]:
    """Yield one line for each of the further agents of this user."""
    for other in others:
        yield f"  {'OTHER AGENT' if other.running else 'other agent':<13}{standing(other)}"


def _rows(found: Status, now: datetime, *, running: bool) -> Iterator[tuple[str, str]]:
    who = f"{found.username} on {found.hostname}" if found.username else "nobody yet"
    yield "reports", f"{who}, to {found.server}"
    yield "enrolled", _enrolled(found)
    yield "last sent", _last_sent(found, now)
    if running:
        seconds = max(0.0, found.next_heartbeat_in_seconds - found.age_seconds(now))
        log = "" if found.day_off else "; a detailed log at a random time"
        yield "next", f"heartbeat in {duration(seconds)}{log}"
    if found.day_off:
        yield "day off", f"no log is taken today: {found.day_off}"
    if found.logs_held:
        yield "HELD", f"no detailed log is taken: {found.logs_held}; see `wfhagent notice`"
    for change in found.open_changes:
        yield "CHANGED", f"{change}; see `wfhagent notice`"
    if running and found.start_problem:
        yield "NOT TOLD", f"no notification could say that the agent runs: {found.start_problem}"
    tests = f"; {found.tests_in_words}" if found.tests_today else ""
    taken = f"{len(found.slots_today)} of {LOGS_PER_DAY} taken on {found.workday:%A %d %B}"
    yield "logs", f"{taken}{tests}"
    yield "waiting", f"{found.queued_heartbeats} heartbeats, {found.queued_logs} logs"
    if found.refused:
        yield "refused", f"{found.refused} by the server, kept here; `wfhagent doctor` says more"
    if found.dropped_heartbeats or found.dropped_logs:
        lost = f"{found.dropped_heartbeats} heartbeats, {found.dropped_logs} logs"
        yield "dropped", f"{lost}, too old or too many to keep"
    if found.problem:
        code = f" ({found.problem_code})" if found.problem_code else ""
        yield "PROBLEM", f"{found.problem}{code}"
        yield "", "What waits is sent when this is over. `wfhagent doctor` says what to do."
    for name, why in found.failing.items():
        yield "PLUGIN", f"{name}: {why}"


def _enrolled(found: Status) -> str:
    if found.enrolled:
        return f"yes, token kept in the {found.token_kept_in}"
    return "not yet: the server does not know this machine"


def _last_sent(found: Status, now: datetime) -> str:
    ago = found.seconds_since_report(now)
    if found.delivered_at is None or ago is None:
        return "nothing since it started"
    return f"{found.delivered_at.astimezone():%Y-%m-%d %H:%M:%S}, {duration(ago)} ago"
