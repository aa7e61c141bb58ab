"""The hidden command of a child process: does one task for the agent, and ends."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TypeVar

import msgspec

from wfhagent.collect.captured_output import capture_output
from wfhagent.collect.days_off import TASK as CALENDAR
from wfhagent.collect.days_off import CalendarRequest, DaysOff, reason_of
from wfhagent.collect.in_child import TASK as COLLECT
from wfhagent.collect.in_child import Request
from wfhagent.collect.reading import Reading, read
from wfhagent.deliver.transport_messages import TASK as TRANSPORT
from wfhagent.errors import PluginError, SecretError, SettingsError, describe_error
from wfhagent.identity.questions import ask_keyring, ask_whereami
from wfhagent.notice.announce import TASK as NOTIFY
from wfhagent.notice.announce import do_in_child
from wfhagent.plugin import Calendar, Collector, Config, Context
from wfhagent.plugin.folders import Folders
from wfhagent.plugins.declared import declare_calendar, declare_collector, declare_transport
from wfhagent.plugins.examined import Examined, ExamineRequest
from wfhagent.plugins.examiner import TASK as EXAMINE
from wfhagent.plugins.load import load
from wfhagent.plugins.registered import Registered, registered
from wfhagent.process.child.frames import Ask
from wfhagent.process.child.running import no_questions
from wfhagent.process.child.serve import prepare_for_third_party, serve
from wfhagent.settings import convert_table
from wfhagent.system.sentence import sentence

BuiltIn = Mapping[str, ModuleType]
NamedT = TypeVar("NamedT", type[Collector[Any]], type[Calendar[Any]])


def in_child(task: str, built_in: BuiltIn) -> NoReturn:
    """Do *task* for the agent that started this process, and end."""
    logging.basicConfig(level=logging.WARNING)
    if task == TRANSPORT:
        from wfhagent.cli.transport_in_child import carry_in_child  # noqa: PLC0415

        carry_in_child()
    do: Callable[[bytes, Ask], bytes] = {
        COLLECT: lambda body, ask: _collect(body, ask, built_in),
        EXAMINE: lambda body, _ask: _examine(body),
        NOTIFY: lambda body, _ask: do_in_child(body),
        CALENDAR: lambda body, ask: _days_off(body, ask, built_in),
    }[task]
    serve(do)


def _collect(body: bytes, ask: Ask, built_in: BuiltIn) -> bytes:
    request = msgspec.msgpack.decode(body, type=Request)
    if request.source.third_party:
        prepare_for_third_party()
    log = logging.getLogger(f"wfhagent.plugins.{request.collector}")
    with capture_output(log) as captured:
        reading = _read(request, ask, built_in, log)
    return msgspec.msgpack.encode(msgspec.structs.replace(reading, output=tuple(captured.lines)))


def _read(request: Request, ask: Ask, built_in: BuiltIn, log: logging.Logger) -> Reading:
    try:
        found = registered(load(request.source, built_in), request.source.where)
        collector_type = _named(found.collectors, request.collector)
        config = _config(collector_type, request.table, request.config_file, ask)
    except (PluginError, SettingsError) as error:
        return Reading(failure=sentence(str(error)))
    context = Context(
        occasion=request.occasion,
        now=request.now,
        server_url=request.server_url,
        log=log,
        may_ask=request.may_ask,
        ask_whereami=lambda: ask_whereami(ask),
        folders=Folders(Path(request.state), Path(request.cache)),
    )
    return read(collector_type(config), context)


def _examine(body: bytes) -> bytes:
    request = msgspec.msgpack.decode(body, type=ExamineRequest)
    prepare_for_third_party()
    where = request.source.where
    try:
        found = registered(load(request.source, {}), where)
        examined = Examined(
            collectors=tuple(map(declare_collector, found.collectors)),
            transports=tuple(map(declare_transport, found.transports)),
            calendars=tuple(map(declare_calendar, found.calendars)),
            api=found.api,
        )
    except PluginError as error:
        return msgspec.msgpack.encode(Examined(problem=sentence(str(error))))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        return msgspec.msgpack.encode(
            Examined(problem=sentence(f"{where}: {describe_error(error)}."))
        )
    return msgspec.msgpack.encode(_with_tables(examined, found, request))


def _with_tables(examined: Examined, found: Registered, request: ExamineRequest) -> Examined:
    """Return what is known when its tables have been read, too.

    What nobody has configured is not used, where it has to be; a table that is wrong is a mistake.
    """
    wrong: dict[str, str] = {}
    for one in found.classes():
        try:
            _config(one, request.tables.get(one.name, {}), request.config_file, no_questions)
        except SettingsError as error:
            if one.name not in request.tables:
                return msgspec.structs.replace(examined, problem=sentence(str(error)))
            wrong[one.name] = str(error)
    return msgspec.structs.replace(examined, wrong_tables=wrong)


def _days_off(body: bytes, ask: Ask, built_in: BuiltIn) -> bytes:
    request = msgspec.msgpack.decode(body, type=CalendarRequest)
    if request.source.third_party:
        prepare_for_third_party()
    try:
        found = registered(load(request.source, built_in), request.source.where)
        calendar_type = _named(found.calendars, request.calendar)
        calendar = calendar_type(_config(calendar_type, request.table, request.config_file, ask))
        reasons = {day: reason_of(calendar, day) for day in request.days}
        days_off = DaysOff(reasons={day: why for day, why in reasons.items() if why})
    except SecretError as error:
        days_off = DaysOff(failure=sentence(str(error)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the border to other people's code
        days_off = DaysOff(failure=sentence(describe_error(error)))
    return msgspec.msgpack.encode(days_off)


def _named(classes: Sequence[NamedT], name: str) -> NamedT:
    for one in classes:
        if one.name == name:
            return one
    raise PluginError("the plugin is no longer there")


def _config(one: type[Any], table: Mapping[str, Any], config_file: str, ask: Ask) -> Config:
    config: Config = convert_table(
        table,
        one.config_type,
        file=config_file,
        table=f"plugins.{one.name}",
        read_keyring=partial(ask_keyring, ask),
    )
    return config
