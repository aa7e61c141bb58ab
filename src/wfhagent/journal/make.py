"""Puts together what a journal tells: the days in the outbox, and how the agent stands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from wfhagent.assembly import Assembly
from wfhagent.journal.chronicle import chronicle
from wfhagent.journal.page import Journal
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import record_of, register_of
from wfhagent.outbox.history import History
from wfhagent.process.user_agents import UserAgent, others_of_user, standing
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
    others = others_of_user(assembly.paths.directory)
    notice = current_notice(assembly)
    interval = timedelta(seconds=settings.heartbeat.interval_seconds)
    found = tuple(chronicle(history, zone, days=days, interval=interval, bodies=bodies))
    return Journal(
        made_at=now,
        zone=f"{zone}" if settings.detailed_log.time_zone else f"{zone} (this laptop's)",
        username="" if status is None else status.username,
        hostname="" if status is None else status.hostname,
        server=settings.server.url,
        state=_state(status, now, others),
        others=tuple(f"Another agent of yours: {standing(other)}." for other in others),
        problem="" if status is None else status.problem,
        asked_days=len(days),
        days=found,
        notice=notice,
        acknowledgement=record_of(notice, register_of(assembly).read(), now),
    )


def _state(status: Status | None, now: datetime, others: Sequence[UserAgent]) -> str:
    running = status is not None and status.is_running(now)
    if not running and any(other.running for other in others):
        return "The agent of this journal is not running. Another one collects and sends:"
    if status is None:
        return "No agent has run here yet."
    if not running:
        return "The agent is not running: nothing is collected or sent."
    waiting = status.queued_heartbeats + status.queued_logs
    if waiting:
        return f"The agent runs; {waiting:,} entries wait on this machine."
    return "The agent runs, and nothing waits."
