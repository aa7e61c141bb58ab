"""One zip for support: everything that explains a fault, and nothing that is secret."""

import os
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.outbox import count_entries, set_aside
from wfhagent.doctor.redact import masked, settings_secrets
from wfhagent.doctor.versions import versions
from wfhagent.errors import KeyringError, ReportError, SettingsError, WfhagentError
from wfhagent.identity.plugin_secrets import read_plugin_secret
from wfhagent.identity.store import FileKeeper
from wfhagent.messages import _
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import calendar_of, collector_of, transport_of
from wfhagent.settings import read_toml
from wfhagent.settings.secrets import ENVIRONMENT, sources_in
from wfhagent.status import read_status
from wfhagent.system.paths import log_files
from wfhagent.system.probe import is_file
from wfhagent.system.proxy import known_secrets
from wfhagent.system.redact import Redactor

LOG_FILES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One file in the report; *what* says what it is."""

    name: str
    what: str
    text: str


def write_report(file: Path, parts: Sequence[Part]) -> None:
    """Write *parts* into the new zip *file*, which only its owner can read.

    Raises:
        ReportError: *file* exists, or cannot be written.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except FileExistsError as error:
        raise ReportError(
            _("{file} already exists. Choose another file with --output.").format(file=file)
        ) from error
    except OSError as error:
        raise ReportError(
            _("{file} cannot be written: {error}. Choose another file with --output.").format(
                file=file, error=error
            )
        ) from error
    try:
        with (
            os.fdopen(handle, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for part in parts:
                archive.writestr(part.name, part.text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise ReportError(
            _("{file} cannot be written: {error}.").format(file=file, error=error)
        ) from error


_BINARY = getattr(os, "O_BINARY", 0)


def collect_parts(
    config: Path, assembly: Assembly | None, findings: Iterable[Finding], clock: Clock
) -> list[Part]:
    """Return the parts of a report; without *assembly* the configuration *config* is wrong."""
    try:
        raw: Mapping[str, Any] = read_toml(config)
    except SettingsError as error:
        # What cannot be parsed cannot be masked, so it stays out.
        raw, settings = {}, f"# not shown: {error}\n"
        redact = Redactor(_secrets({}, assembly))
    else:
        redact = Redactor(_secrets(raw, assembly))
        settings = masked(raw, redact)
    parts = [
        _json(
            "doctor.json", _("the result of `wfhagent doctor`"), [asdict(one) for one in findings]
        ),
        _json("versions.json", _("versions of wfhagent, its libraries and the system"), versions()),
        Part(name="agent.toml", what=_("settings, without secrets and comments"), text=settings),
    ]
    if assembly is not None:
        parts += _of_assembly(assembly, clock)
    return [Part(name=part.name, what=part.what, text=redact(part.text)) for part in parts]


def _of_assembly(assembly: Assembly, clock: Clock) -> Iterator[Part]:
    entries = [asdict(entry) for entry in assembly.catalog.entries]
    yield _json("plugins.json", _("all plugins, used or not"), entries)
    paths = assembly.paths
    yield _json(
        "outbox.json",
        _("how many entries are waiting, rejected or dropped, without their content"),
        {"entries": _counts(assembly, clock), "set_aside": set_aside(paths)},
    )
    if is_file(paths.status):
        yield _status(paths.status)
    for log in log_files(paths.log)[:LOG_FILES]:
        yield Part(name=log.name, what=_("the log of the agent"), text=_read(log))


def _status(file: Path) -> Part:
    name, what = "status.json", _("the last status of the agent")
    found = read_status(file)
    if found is None:
        return Part(name=name, what=what, text=_read(file))
    return _json(name, what, found)


def _counts(assembly: Assembly, clock: Clock) -> Mapping[str, Any]:
    try:
        return count_entries(assembly.paths, clock)
    except (WfhagentError, sqlite3.Error, OSError) as error:
        return {"problem": str(error)}


def _secrets(raw: Mapping[str, Any], assembly: Assembly | None) -> Iterator[str]:
    choices = frozenset() if assembly is None else _choices(assembly.catalog)
    yield from settings_secrets(raw, choices)
    server = raw.get("server")
    proxy = server.get("proxy") if isinstance(server, dict) else None
    yield from known_secrets(proxy if isinstance(proxy, str) else "")
    yield from _plugin_secrets(raw.get("plugins"))
    if assembly is None:
        return
    # The file may hold a token in addition to the keyring's, or one of another server.
    for keeper in (assembly.keeper(), FileKeeper(assembly.paths.credentials)):
        # What is closed cannot have come into the report from there.
        with suppress(KeyringError):
            if (identity := keeper.load()) is not None:
                yield identity.token


def _plugin_secrets(tables: Any) -> Iterator[str]:
    """Yield the secrets of plugins that agent.toml names, and that are somewhere else."""
    for kind, name in sources_in(tables):
        if kind == ENVIRONMENT:
            yield os.environ.get(name, "")
        else:
            with suppress(KeyringError):
                yield read_plugin_secret(name) or ""


def _choices(catalog: Catalog) -> frozenset[str]:
    """Return the words among which the settings of plugins choose."""
    settings = (
        *(collector_of(one).settings for one in catalog.collectors.values()),
        *(transport_of(one).settings for one in catalog.transports.values()),
        *(calendar_of(one).settings for one in catalog.calendars.values()),
    )
    return frozenset().union(*(one.choices for each in settings for one in each))


def _json(name: str, what: str, value: Any) -> Part:
    return Part(
        name=name, what=what, text=msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"cannot be read: {error}\n"
