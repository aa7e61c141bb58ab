"""Puts together what a journal tells: the days in the outbox, and how the agent stands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from wfhagent.assembly import Assembly
from wfhagent.journal.chronicle import chronicle
from wfhagent.journal.page import Journal
from wfhagent.notice.policy import Notice, notice_of
from wfhagent.notice.register import Record, Register
from wfhagent.outbox.history import History
from wfhagent.status import Status, read_status


def make_journal(
    assembly: Assembly,
    history: History,
    zone: tzinfo,
    *,
    days: Sequence[date],
    now: datetime,
    bodies: bool = False,
) -> Journal:
    """Return the journal of *days* at the moment *now*; with *bodies* heartbeats tell all."""
    settings = assembly.settings
    status = read_status(assembly.paths.status)
    notice = notice_of(settings.notice)
    interval = timedelta(seconds=settings.heartbeat.interval_seconds)
    found = tuple(chronicle(history, zone, days=days, interval=interval, bodies=bodies))
    return Journal(
        made_at=now,
        zone=f"{zone}" if settings.detailed_log.time_zone else f"{zone} (this laptop's)",
        username="" if status is None else status.username,
        hostname="" if status is None else status.hostname,
        server=settings.server.url,
        state=_state(status, now),
        problem="" if status is None else status.problem,
        asked_days=len(days),
        days=found,
        notice=notice,
        acknowledgement=None if notice is None else _record(assembly, notice, now),
    )


def _record(assembly: Assembly, notice: Notice, now: datetime) -> Record:
    found = Register(assembly.paths.notice).read()
    if found is not None and found.version == notice.version:
        return found
    return Record(version=notice.version, since=now)


def _state(status: Status | None, now: datetime) -> str:
    if status is None:
        return "No agent has run here yet."
    if not status.is_running(now):
        return "The agent is not running: nothing is collected or sent."
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        return f"The agent runs; {waiting:,} entries wait on this machine."
    return "The agent runs, and nothing waits."
