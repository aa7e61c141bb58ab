"""What the running agent writes for `wfhagent status` and the icon."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

import msgspec

from wfhagent import __version__
from wfhagent.agent.parts import Parts
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.outbox.memory_spill import DISK_FULL
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Names
from wfhagent.plugins.versions import versions_in
from wfhagent.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What only the agent itself knows: *names* it reports under, and what is wrong now.

    *failing* has a sentence for each plugin that did not do its part.
    """

    names: Names | None
    problem: str
    failing: Mapping[str, str]
    ended: bool


def status_of(assembly: Assembly, parts: Parts, clock: Clock, moment: Moment) -> Status:
    """Return the status of an agent made of *parts*."""
    now = clock.now()
    delivery = parts.courier.state
    working_time = parts.working_time
    workday = working_time.today(now)
    return Status(
        pid=os.getpid(),
        version=__version__,
        server=assembly.settings.server.url,
        updated_at=now.astimezone(UTC),
        next_heartbeat_in_seconds=max(0.0, parts.heartbeats.next_at - clock.elapsed()),
        username="" if moment.names is None else moment.names.username,
        hostname="" if moment.names is None else moment.names.hostname,
        enrolled=parts.courier.identity() is not None or parts.courier.device.waits_for_keyring(),
        token_kept_in=parts.courier.device.keeper.where,
        delivered_at=delivery.delivered_at,
        problem=moment.problem or delivery.problem or _waits_in_memory(parts.outbox),
        problem_code=delivery.code,
        workday=workday,
        slots_today=tuple(sorted(parts.outbox.days.get(workday).slots)),
        tests_today=parts.slots.tests_taken(now),
        # The counts have the same names there.
        **msgspec.structs.asdict(parts.outbox.totals()),
        clock_skew_seconds=_skew_seconds(clock),
        failing=moment.failing,
        day_off=working_time.why_off(now),
        outside_window=working_time.why_outside(now),
        days_off=working_time.coming_days_off(now),
        rests=working_time.rests(now),
        notice=parts.gate.state(now),
        notice_version=parts.gate.notice.version,
        open_changes=parts.gate.open_changes(now),
        start_shown_at=parts.start.shown_at,
        start_problem=parts.start.problem,
        plugins=versions_in(assembly.catalog),
        logs_held=parts.gate.reason(now),
        ended=moment.ended,
    )


def _skew_seconds(clock: Clock) -> float | None:
    skew = clock.skew()
    return None if skew is None else round(skew.total_seconds(), 3)


def _waits_in_memory(outbox: Outbox) -> str:
    why = outbox.unwritable
    if not why:
        return ""
    folder = outbox.file.parent
    cause = (
        f"The disk of {folder} takes nothing; free some of it."
        if why == DISK_FULL
        else f"The outbox in {folder} cannot be written: {why}. End that program."
    )
    return f"{cause} What is recorded waits in memory, and is sent from there."
