"""`wfhagent status`: how the agent stands, in one screen."""

import msgspec
import typer

from wfhagent.cli.options import ConfigOption, JsonOption, assembled
from wfhagent.clock import SystemClock
from wfhagent.status import Status, read_status

STALE_SECONDS = 120.0
"""A running agent writes its status every 30 s."""


def status(
    context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Say whether the agent runs, what it sent and what waits; exits 1 when something is wrong."""
    assembly = assembled(context, config)
    found = read_status(assembly.paths.status)
    if found is None:
        typer.echo(
            f"No agent has run with {assembly.settings.file} yet: start it with `wfhagent run`.",
            err=True,
        )
        raise typer.Exit(1)
    age = (SystemClock().now() - found.updated_at).total_seconds()
    if found.clock_skew_seconds is not None:
        # updated_at is the server's time, this process knows the laptop's only.
        age -= found.clock_skew_seconds
    running = age < STALE_SECONDS
    if as_json:
        typer.echo(msgspec.json.encode({**msgspec.to_builtins(found), "running": running}).decode())
    else:
        typer.echo(_screen(found, age, running=running))
    if not running or found.problem:
        raise typer.Exit(1)


def _screen(found: Status, age: float, *, running: bool) -> str:
    state = f"running (pid {found.pid})" if running else f"not running since {_ago(age)}"
    enrolled = f"yes, token kept in the {found.token_kept_in}" if found.enrolled else "no"
    last = "never" if found.delivered_at is None else _local(found, "delivered_at")
    slots = f"{len(found.slots_today)} of 2 on {found.workday}"
    waiting = f"{found.queued_heartbeats} heartbeats, {found.queued_logs} logs"
    lost = f"{found.dropped_heartbeats} heartbeats, {found.dropped_logs} logs dropped"
    lines = [
        f"wfhagent {found.version}: {state}",
        f"  reports      {found.username} on {found.hostname} to {found.server}",
        f"  enrolled     {enrolled}",
        f"  last sent    {last}",
        f"  next beat    in {found.next_heartbeat_in_seconds:.0f} s",
        f"  logs today   {slots}",
        f"  waiting      {waiting}",
        f"  set aside    {found.refused} refused by the server; {lost}",
    ]
    if found.problem:
        code = f" ({found.problem_code})" if found.problem_code else ""
        lines.append(f"  PROBLEM      {found.problem}{code}")
    lines += [f"  PLUGIN       {name}: {why}" for name, why in found.failing.items()]
    return "\n".join(lines)


def _local(found: Status, name: str) -> str:
    return f"{getattr(found, name).astimezone():%Y-%m-%d %H:%M:%S}"


def _ago(seconds: float) -> str:
    minutes = max(0, int(seconds // 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004
