"""What an agent is put together from, once it has settings and plugins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wfhagent.agent.plugin_news import PluginNews
from wfhagent.agent.slot_guard import SlotGuard
from wfhagent.agent.workdays import Workdays
from wfhagent.agent.working_time import WorkingTime
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.calendars import Calendars
from wfhagent.collect.runner import CollectorRunner
from wfhagent.deliver.company_calendar import CalendarKeeper
from wfhagent.deliver.courier import Courier
from wfhagent.notice.announce import StartAnnouncement
from wfhagent.notice.gate import Gate
from wfhagent.notice.person import Person
from wfhagent.notice.policy import current_notice
from wfhagent.outbox.store import Outbox
from wfhagent.plugin import Transport
from wfhagent.schedule.heartbeat import HeartbeatSchedule
from wfhagent.schedule.rng import Random


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """One of each. *heartbeats* and *workdays* give what is due, *gate* what holds logs back."""

    transport: Transport[Any]
    outbox: Outbox
    courier: Courier
    runner: CollectorRunner
    heartbeats: HeartbeatSchedule
    calendars: Calendars
    gate: Gate
    start: StartAnnouncement
    slots: SlotGuard
    company_calendar: CalendarKeeper
    working_time: WorkingTime
    workdays: Workdays
    plugin_news: PluginNews


def make_parts(
    assembly: Assembly,
    clock: Clock,
    rng: Random,
    *,
    make_runner: Callable[..., CollectorRunner],
    person: Callable[[Assembly], Person],
) -> Parts:
    """Open outbox and transport, and return them with what works on them.

    Raises:
        SettingsError: the transport cannot be used with `[server]`.
        OutboxError: the outbox cannot be opened.
    """
    transport = assembly.transport()
    outbox = Outbox(assembly.paths.outbox, now=clock.now())
    courier = assembly.courier(outbox, transport, clock, rng)
    calendars = Calendars(assembly, clock)
    at_screen = person(assembly)
    gate = Gate(current_notice(assembly), at_screen.register)
    working_time = _working_time(assembly, calendars)
    company = CalendarKeeper(*(assembly.paths.company_calendar, transport, courier.identity, clock))
    slots = SlotGuard(outbox.days, assembly.slot_ledger(outbox))
    return Parts(
        transport=transport,
        outbox=outbox,
        courier=courier,
        runner=make_runner(assembly, clock=clock, token=courier.device.token),
        heartbeats=HeartbeatSchedule(assembly.settings.heartbeat.interval_seconds, rng),
        calendars=calendars,
        gate=gate,
        start=at_screen.start,
        slots=slots,
        company_calendar=company,
        working_time=working_time,
        workdays=Workdays(working_time, *(outbox.days, rng), held=gate.reason, slots=slots),
        plugin_news=PluginNews(assembly, outbox, courier.device.agent_id),
    )


def _working_time(assembly: Assembly, calendars: Calendars) -> WorkingTime:
    only_in_hours = assembly.settings.heartbeat.only_in_working_hours
    return WorkingTime(
        assembly.settings.detailed_log, calendars, only_in_working_hours=only_in_hours
    )
