"""The hidden command of a child process: does one task for the agent, and ends."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from types import ModuleType
from typing import Any, NoReturn, TypeVar

import msgspec

from wfhagent.child.serve import Ask, serve
from wfhagent.collect.days_off import TASK as CALENDAR
from wfhagent.collect.days_off import CalendarRequest, DaysOff
from wfhagent.collect.in_child import TASK as COLLECT
from wfhagent.collect.in_child import Request
from wfhagent.collect.reading import Reading, read, sentence
from wfhagent.errors import PluginError, SettingsError, told
from wfhagent.host.declared import declare_calendar, declare_collector, declare_transport
from wfhagent.host.examined import Examined, ExamineRequest
from wfhagent.host.examiner import TASK as EXAMINE
from wfhagent.host.load import load
from wfhagent.host.registered import registered
from wfhagent.plugin import Calendar, Collector, Config, Context, Whereami
from wfhagent.settings import convert_table

BuiltIn = Mapping[str, ModuleType]
MOST_LINES = 20
NamedT = TypeVar("NamedT", type[Collector[Any]], type[Calendar[Any]])


def in_child(task: str, built_in: BuiltIn) -> NoReturn:
    """Answer the one request of the agent that started this process."""
    do: Callable[[bytes, Ask], bytes] = {
        COLLECT: lambda body, ask: _collect(body, ask, built_in),
        EXAMINE: lambda body, _ask: _examine(body),
        CALENDAR: lambda body, _ask: _days_off(body, built_in),
    }[task]
    logging.basicConfig(level=logging.WARNING)
    serve(do)


def _collect(body: bytes, ask: Ask, built_in: BuiltIn) -> bytes:
    request = msgspec.msgpack.decode(body, type=Request)
    lines = _Lines()
    log = logging.getLogger(f"wfhagent.plugins.{request.collector}")
    log.addHandler(lines)
    try:
        found = registered(load(request.source, built_in), request.source.where)
        collector_type = _named(found.collectors, request.collector)
        config = _config(collector_type, request.table, request.config_file)
    except (PluginError, SettingsError) as error:
        return msgspec.msgpack.encode(Reading(failure=sentence(str(error))))
    context = Context(
        occasion=request.occasion,
        now=request.now,
        server_url=request.server_url,
        log=log,
        ask_whereami=lambda: msgspec.msgpack.decode(ask(b"whereami"), type=Whereami),
    )
    reading = read(collector_type(config), context)
    return msgspec.msgpack.encode(msgspec.structs.replace(reading, said=tuple(lines.kept)))


def _examine(body: bytes) -> bytes:
    request = msgspec.msgpack.decode(body, type=ExamineRequest)
    where = request.source.where
    try:
        found = registered(load(request.source, {}), where)
        examined = Examined(
            collectors=tuple(map(declare_collector, found.collectors)),
            transports=tuple(map(declare_transport, found.transports)),
            calendars=tuple(map(declare_calendar, found.calendars)),
        )
    except PluginError as error:
        return msgspec.msgpack.encode(Examined(problem=sentence(str(error))))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        return msgspec.msgpack.encode(Examined(problem=sentence(f"{where}: {told(error)}.")))
    wrong: dict[str, str] = {}
    for one in found.classes():
        try:
            _config(one, request.tables.get(one.name, {}), request.config_file)
        except SettingsError as error:
            wrong[one.name] = str(error)
    return msgspec.msgpack.encode(msgspec.structs.replace(examined, wrong_tables=wrong))


def _days_off(body: bytes, built_in: BuiltIn) -> bytes:
    request = msgspec.msgpack.decode(body, type=CalendarRequest)
    try:
        found = registered(load(request.source, built_in), request.source.where)
        calendar_type = _named(found.calendars, request.calendar)
        calendar = calendar_type(_config(calendar_type, request.table, request.config_file))
        reasons = {day: _reason(calendar, day) for day in request.days}
        days_off = DaysOff(reasons={day: why for day, why in reasons.items() if why})
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        days_off = DaysOff(failure=sentence(told(error)))
    return msgspec.msgpack.encode(days_off)


def _reason(calendar: Calendar[Any], day: date) -> str:
    """Return why *day* is off, empty when it is not."""
    why: Any = calendar.day_off(day)
    if why is None:
        return ""
    if not isinstance(why, str) or not why.strip():
        # A false one must not be taken for a reason.
        raise TypeError(f"day_off({day}) gave {why!r}; it must give a reason, or None")
    return sentence(why)


def _named(classes: Sequence[NamedT], name: str) -> NamedT:
    for one in classes:
        if one.name == name:
            return one
    raise PluginError("the plugin is no longer there")


def _config(one: type[Any], table: Mapping[str, Any], config_file: str) -> Config:
    config: Config = convert_table(
        table, one.config_type, file=config_file, table=f"plugins.{one.name}"
    )
    return config


class _Lines(logging.Handler):
    """Keeps what a plugin writes to its log, for the log of the agent."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(TypeError, ValueError):
            # What cannot be formatted is the plugin's mistake, and no failure of its facts.
            if len(self.kept) < MOST_LINES:
                self.kept.append((record.levelno, sentence(record.getMessage())))
