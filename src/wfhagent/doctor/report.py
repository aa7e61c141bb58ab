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
from wfhagent.doctor.redact import Redactor, masked, settings_secrets
from wfhagent.doctor.versions import versions
from wfhagent.errors import KeyringError, ReportError, SettingsError, WfhagentError
from wfhagent.identity.store import FileKeeper
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.declared import calendar_of, collector_of, transport_of
from wfhagent.process.logging_setup import log_files
from wfhagent.settings import read_toml
from wfhagent.status import read_status
from wfhagent.system.probe import is_file
from wfhagent.system.proxy import known_secrets

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
        raise ReportError(f"{file} exists; name another file with --output.") from error
    except OSError as error:
        raise ReportError(f"{file} cannot be written: {error}; see --output.") from error
    try:
        with (
            os.fdopen(handle, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for part in parts:
                archive.writestr(part.name, part.text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise ReportError(f"{file} cannot be written: {error}.") from error


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
        _json("doctor.json", "what `wfhagent doctor` found", [asdict(one) for one in findings]),
        _json("versions.json", "versions of wfhagent, of what it uses, of the system", versions()),
        Part(name="agent.toml", what="the settings, without secrets and comments", text=settings),
    ]
    if assembly is not None:
        parts += _of_assembly(assembly, clock)
    return [Part(name=part.name, what=part.what, text=redact(part.text)) for part in parts]


def _of_assembly(assembly: Assembly, clock: Clock) -> Iterator[Part]:
    entries = [asdict(entry) for entry in assembly.catalog.entries]
    yield _json("plugins.json", "the plugins, used or not", entries)
    paths = assembly.paths
    yield _json(
        "outbox.json",
        "how many entries wait, were refused, were dropped; not the entries",
        {"entries": _counts(assembly, clock), "set_aside": set_aside(paths)},
    )
    if is_file(paths.status):
        yield _status(paths.status)
    for log in log_files(paths.log)[:LOG_FILES]:
        yield Part(name=log.name, what="what the agent logged", text=_read(log))


def _status(file: Path) -> Part:
    name, what = "status.json", "what the agent said of itself last"
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
    if assembly is None:
        return
    # The file may hold a token beside the keyring's, or one of another server.
    for keeper in (assembly.keeper(), FileKeeper(assembly.paths.credentials)):
        # What is closed cannot have come into the report from there.
        with suppress(KeyringError):
            if (identity := keeper.load()) is not None:
                yield identity.token


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
