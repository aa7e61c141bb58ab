"""Reads agent.toml into checked settings; every mistake is an error that says where it is."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import tomli
from msgspec import Meta

from wfhagent.errors import SettingsError
from wfhagent.host.allowed import allowed, describe
from wfhagent.plugin import Config, Server

TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ServerSettings(Server, frozen=True, kw_only=True):
    """The table `[server]`."""

    auth_token: Annotated[
        str,
        Meta(description="Enrolment token from IT, exchanged once for a token of this machine."),
    ] = ""


class AgentSettings(Config, frozen=True, kw_only=True):
    """The table `[agent]`."""

    transport: Annotated[
        str, Meta(description="Name of the transport plugin that carries everything.")
    ] = "https"
    data_directory: Annotated[
        str, Meta(description="Where outbox, status and logs lie; empty: the user's data folder.")
    ] = ""
    keyring: Annotated[
        bool, Meta(description="Keep the machine's token in the system's keyring, if it has one.")
    ] = True
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="How much the agent writes to its log file."),
    ] = "info"


class HeartbeatSettings(Config, frozen=True, kw_only=True):
    """The table `[heartbeat]`."""

    interval_seconds: Annotated[
        float, Meta(ge=5, le=3600, description="Seconds between two heartbeats.")
    ] = 300.0


class DetailedLogSettings(Config, frozen=True, kw_only=True):
    """The table `[detailed_log]`: when the two logs of a working day may be taken."""

    start: Annotated[
        TimeOfDay, Meta(description="Earliest local time of a detailed log, as HH:MM.")
    ] = "08:00"
    end: Annotated[
        TimeOfDay, Meta(description="Latest local time of a detailed log, as HH:MM.")
    ] = "22:00"
    working_days: Annotated[
        tuple[Weekday, ...], Meta(min_length=1, description="Days on which logs are taken.")
    ] = ("mon", "tue", "wed", "thu", "fri")
    time_zone: Annotated[
        str, Meta(description="IANA name such as Europe/Vienna; empty: the laptop's own.")
    ] = ""


class OutboxSettings(Config, frozen=True, kw_only=True):
    """The table `[outbox]`: how much may wait on the laptop while there is no network."""

    keep_days: Annotated[
        int, Meta(ge=1, le=366, description="Days after which an entry is dropped, sent or not.")
    ] = 30
    max_megabytes: Annotated[
        int, Meta(ge=5, description="Size at which the oldest heartbeats are dropped.")
    ] = 500
    min_free_megabytes: Annotated[
        int, Meta(ge=0, description="Disk space that the outbox leaves to the laptop's owner.")
    ] = 200


class NoticeSettings(Config, frozen=True, kw_only=True):
    """The table `[notice]`: what the company tells the person at this machine."""

    company: Annotated[str, Meta(description="Who has this program on the machine.")] = ""
    purpose: Annotated[str, Meta(description="What it is for.")] = ""
    contact: Annotated[
        str, Meta(description="Whom to ask, such as the data protection officer.")
    ] = ""
    retention: Annotated[str, Meta(description="How long what it sends is kept.")] = ""
    text: Annotated[
        str, Meta(description="What else is to be said; an empty line begins a paragraph.")
    ] = ""
    required: Annotated[
        bool, Meta(description="Take no detailed log before the notice was acknowledged.")
    ] = False


class PluginsSettings(Config, frozen=True, kw_only=True):
    """The keys of `[plugins]` that are not the table of one plugin."""

    directory: Annotated[
        str, Meta(description="Folder of drop-in plugins; empty: plugins/ beside the program.")
    ] = ""
    disabled: Annotated[
        tuple[str, ...], Meta(description="Plugins that are not used, by name.")
    ] = ("idle",)
    trusted: Annotated[
        dict[str, str],
        Meta(description="SHA-256 by file or folder name; when set, no other drop-in is loaded."),
    ] = msgspec.field(default_factory=dict)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of agent.toml. `plugin_tables` holds `[plugins.<name>]` as written, by name."""

    file: Path
    server: ServerSettings
    agent: AgentSettings = AgentSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    detailed_log: DetailedLogSettings = DetailedLogSettings()
    outbox: OutboxSettings = OutboxSettings()
    notice: NoticeSettings = NoticeSettings()
    plugins: PluginsSettings = PluginsSettings()
    plugin_tables: Mapping[str, Mapping[str, Any]] = msgspec.field(default_factory=dict)


TABLES: Mapping[str, type[msgspec.Struct]] = {
    "server": ServerSettings,
    "agent": AgentSettings,
    "heartbeat": HeartbeatSettings,
    "detailed_log": DetailedLogSettings,
    "outbox": OutboxSettings,
    "notice": NoticeSettings,
    "plugins": PluginsSettings,
}

PATHS = (
    ("server", "ca_file"),
    ("server", "client_certificate"),
    ("server", "client_key"),
    ("agent", "data_directory"),
    ("plugins", "directory"),
)
"""Where these are no full paths they start at the folder of agent.toml."""

StructT = TypeVar("StructT", bound=msgspec.Struct)


def read_settings(file: Path) -> Settings:
    """Return the settings in *file*.

    Raises:
        SettingsError: *file* is missing or wrong; the text names file, table and key.
    """
    return parse_settings(read_toml(file), file)


def read_toml(file: Path) -> dict[str, Any]:
    """Return *file* decoded and not checked.

    Raises:
        SettingsError: *file* is missing or no TOML.
    """
    try:
        # Notepad and PowerShell put a byte order mark before it.
        return tomli.loads(file.read_text(encoding="utf-8-sig"))
    except tomli.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is not TOML: {error}.") from error
    except FileNotFoundError as error:
        raise SettingsError(
            f"{file}: there is no such file. IT provides it; `wfhagent example` prints one to "
            "fill in."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8: {error.reason}; save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}.") from error


def parse_settings(raw: Mapping[str, Any], file: Path) -> Settings:
    """Return the settings in the decoded TOML *raw*, which stands in *file*."""
    _refuse_unknown(raw, list(TABLES), f"{file}:", "table")
    for name in raw:
        if not isinstance(raw[name], dict):
            raise SettingsError(f"{file}: [{name}] must be a table.")
    tables = {name: dict(raw.get(name, {})) for name in TABLES}
    for table, key in PATHS:
        path = tables[table].get(key)
        if path and isinstance(path, str):
            where = f"{file}: [{table}] {key}"
            tables[table][key] = _full(path, where, file.absolute().parent)
    known = PluginsSettings.__struct_fields__
    plugin_tables = {
        name: tables["plugins"].pop(name)
        for name, value in list(tables["plugins"].items())
        if isinstance(value, dict) and name not in known
    }
    converted: dict[str, Any] = {
        name: convert_table(tables[name], table_type, file=file, table=name)
        for name, table_type in TABLES.items()
    }
    settings = Settings(file=file, plugin_tables=plugin_tables, **converted)
    _check_token(settings.server.auth_token, f"{file}: [server]")
    _check_notice(settings.notice, f"{file}: [notice]")
    _check_window(settings.detailed_log, f"{file}: [detailed_log]")
    return settings


def _check_token(token: str, where: str) -> None:
    if not re.fullmatch(r"[!-~]*", token):
        raise SettingsError(
            f"{where} auth_token: no token holds a space, a line break or a letter of another "
            "alphabet; copy it anew."
        )


def _full(path: str, where: str, start: Path) -> str:
    """Return *path* as a service and a command, which start in other folders, both find it."""
    try:
        if "\0" not in path:
            return str(start / Path(path).expanduser())
    except RuntimeError:
        pass  # ~nobody/data
    raise SettingsError(f"{where}: {path!r} is no path on this machine.")


def _check_notice(notice: NoticeSettings, where: str) -> None:
    if notice.required and not (notice.text or notice.purpose):
        raise SettingsError(f"{where} required: there is nothing to read; fill in text or purpose.")


def _check_window(window: DetailedLogSettings, where: str) -> None:
    if window.end <= window.start:
        raise SettingsError(
            f"{where} end must be later than start; windows over midnight are not supported."
        )
    if window.time_zone:
        try:
            ZoneInfo(window.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingsError(
                f"{where} time_zone: {window.time_zone!r} is no IANA name such as Europe/Vienna."
            ) from error


def convert_table(
    raw: Mapping[str, Any], table_type: type[StructT], *, file: Path | str, table: str
) -> StructT:
    """Return *raw* as *table_type*.

    Raises:
        SettingsError: a key is unknown or its value is wrong; names file, table and key.
    """
    where = f"{file}: [{table}]"
    _refuse_unknown(raw, list(table_type.__struct_fields__), where, "key")
    try:
        return msgspec.convert(raw, table_type)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where} {_explain(str(error), table_type)}") from error


def _explain(message: str, table_type: type[msgspec.Struct]) -> str:
    """Turn msgspec's "… - at `$.key`" into "key: …", with what is allowed and what it is for."""
    missing = re.fullmatch(r"Object missing required field `(.*)`", message)
    if missing is not None:
        return f"{missing[1]} is missing. ({_purpose(missing[1], table_type)})"
    match = re.fullmatch(r"(?s)(.*) - at `\$\.?(.*)`", message)
    if match is None:
        return f"is wrong: {message}."
    key = re.split(r"[.\[]", match[2])[0]
    return f"{match[2]}: {match[1]}. ({_purpose(key, table_type)})"


def _purpose(key: str, table_type: type[msgspec.Struct]) -> str:
    """Return what the value of *key* may be, and what it is for."""
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(table_type)}
    if key not in kinds:
        return "See agent.toml.example."
    about = describe(table_type).get(key, "")
    return f"Allowed: {allowed(kinds[key])}. {about}".strip()


def _refuse_unknown(raw: Mapping[str, Any], known: list[str], where: str, noun: str) -> None:
    for name in raw:
        if name in known:
            continue
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(known)}."
        raise SettingsError(f"{where} unknown {noun} {name!r}; {hint}")
