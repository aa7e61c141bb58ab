"""Looks at a plugin as the agent would: in a scratch folder, by the agent's own commands."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.errors import PluginError
from wfhagent.messages import _
from wfhagent.plugin_tools.findings import (
    Answers,
    Checked,
    CheckedCalendar,
    CheckedCollector,
    CheckedTransport,
)
from wfhagent.plugin_tools.imports import notes_on_imports
from wfhagent.plugin_tools.names import shadowing
from wfhagent.plugin_tools.other_systems import check_for
from wfhagent.plugin_tools.scratch import Scratch
from wfhagent.plugin_tools.targets import For
from wfhagent.plugin_tools.trial_settings import trial_tables
from wfhagent.plugins.api_range import deprecation
from wfhagent.plugins.declared import (
    CalendarDeclaration,
    CollectorDeclaration,
    TransportDeclaration,
)
from wfhagent.plugins.source import Origin
from wfhagent.plugins.tree import read_tree
from wfhagent.plugins.trust import check_files
from wfhagent.system.compiled import compiled
from wfhagent.system.probe import is_file

_LOG_LINE = re.compile(r"^\S+ \S+ ([A-Z]+) wfhagent\.plugins\.\w+ (.*)$", re.MULTILINE)
_LONGEST_DETAIL = 500


def check_plugin_at(
    path: Path,
    *,
    program: Sequence[str],
    settings: Sequence[str] = (),
    day: date | None = None,
    systems: Sequence[For] = (),
) -> Checked:
    """Return what the agent, started by *program*, would say of the drop-in at *path*.

    *settings* are lines of its tables in agent.toml, such as `unit = "hours"`. Calendars are asked
    for *day*, else today, and the six days after it. *systems* are those that it is for.

    Raises:
        PluginError: there is no plugin.
    """
    path = path.resolve()
    if not (path.suffix == ".py" and is_file(path)) and not is_file(path / "__init__.py"):
        text = _("{path}: is no plugin: neither a .py file nor a folder with __init__.py.")
        raise PluginError(text.format(path=path))
    checked = Checked(name=path.stem, path=str(path), sha256=read_tree(path).digest)
    try:
        check_files(path)
    except PluginError as error:
        checked.problems.append(str(error))
    _note_names(checked, path)
    with tempfile.TemporaryDirectory(prefix="wfhagent-check-") as folder:
        tables = trial_tables(path, program, settings)
        _ask_the_agent(checked, Scratch(Path(folder), path, program, tables), day)
    check_for(checked, path, tuple(dict.fromkeys(systems)))
    return checked


def _note_names(checked: Checked, path: Path) -> None:
    if clash := shadowing(checked.name):
        checked.notes.append(clash)
    if compiled() is None:
        checked.notes += notes_on_imports(path)


def _ask_the_agent(checked: Checked, scratch: Scratch, day: date | None) -> None:
    listed = scratch.run("plugins", "--json")
    try:
        entries: list[dict[str, Any]] = msgspec.json.decode(listed.stdout)
        (entry,) = (each for each in entries if each["origin"] == Origin.DROP_IN)
    except ValueError:
        checked.problems.append(_last_words(listed, scratch))
        return
    if entry["problem"]:
        problem = scratch.in_place(entry["problem"])
        hint = " `--set KEY=VALUE` tries one." if " is missing. (Allowed" in problem else ""
        checked.problems.append(problem + hint)
        return
    if soon := deprecation(entry["api"]):
        checked.notes.append(soon)
    declares = entry["declares"]
    _ask_collectors(checked, scratch, declares["collectors"])
    _ask_transports(checked, scratch, declares["transports"])
    _ask_calendars(checked, scratch, declares["calendars"], day)


def _ask_collectors(checked: Checked, scratch: Scratch, declared: Sequence[Any]) -> None:
    for one in msgspec.convert(declared, list[CollectorDeclaration]):
        answers = _ask(checked, scratch, one.name)
        checked.collectors.append(
            CheckedCollector(
                name=one.name,
                about=one.about,
                occasions=tuple(sorted(one.occasions)),
                time_limit_seconds=one.time_limit_seconds,
                facts=one.facts,
                settings=one.settings,
                would_send=answers.would_send,
            )
        )


def _ask_transports(checked: Checked, scratch: Scratch, declared: Sequence[Any]) -> None:
    for one in msgspec.convert(declared, list[TransportDeclaration]):
        parcels = _ask(checked, scratch, one.name).parcels
        checked.transports.append(
            CheckedTransport(name=one.name, about=one.about, settings=one.settings, parcels=parcels)
        )


def _ask_calendars(
    checked: Checked, scratch: Scratch, declared: Sequence[Any], day: date | None
) -> None:
    calendars = msgspec.convert(declared, list[CalendarDeclaration])
    if day is not None and not calendars:
        checked.notes.append(_("It has no calendar, so --day changes nothing."))
    options = () if day is None else ("--day", day.isoformat())
    for one in calendars:
        checked.calendars.append(
            CheckedCalendar(
                name=one.name,
                about=one.about,
                time_limit_seconds=one.time_limit_seconds,
                settings=one.settings,
                days=_ask(checked, scratch, one.name, *options).days,
            )
        )


def _ask(checked: Checked, scratch: Scratch, name: str, *options: str) -> Answers:
    """Ask one of the plugin's classes, in a process that it may end."""
    try:
        shown = scratch.run("plugin", "ask", name, *options)
    except PluginError as error:
        # It hangs. Whatever else is known of the plugin is reported, too.
        checked.problems.append(str(error))
        return Answers()
    checked.output += [
        f"{level.lower()}: {text}" for level, text in _LOG_LINE.findall(shown.stderr)
    ]
    try:
        # Before the last line there may be what the plugin printed.
        answers = msgspec.json.decode(shown.stdout.rstrip("\n").rpartition("\n")[2], type=Answers)
    except ValueError:
        text = _("Its process ended with {code} before it answered. {detail}")
        detail = _last_words(shown, scratch)
        checked.problems.append(text.format(code=shown.returncode, detail=detail).strip())
        return Answers()
    checked.problems += map(scratch.in_place, answers.problems)
    checked.notes += answers.notes
    return answers


def _last_words(done: subprocess.CompletedProcess[str], scratch: Scratch) -> str:
    """Return the end of what a command of the agent printed, without its log."""
    printed = _LOG_LINE.sub("", done.stdout + done.stderr)
    return scratch.in_place(printed).strip()[-_LONGEST_DETAIL:].removeprefix("wfhagent: ")
