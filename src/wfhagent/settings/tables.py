"""The tables of agent.toml: every key, what it may be, and what it is for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from wfhagent.plugin import Config, Server
from wfhagent.plugins.first_party import OFF_BY_DEFAULT

TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ServerSettings(Server, frozen=True, kw_only=True):
    """The table `[server]`."""

    auth_token: Annotated[
        str,
        Meta(description="Enrollment token from IT, exchanged once for a device token."),
    ] = ""


class AgentSettings(Config, frozen=True, kw_only=True):
    """The table `[agent]`."""

    transport: Annotated[
        str, Meta(description="Name of the transport plugin that sends all data.")
    ] = "https"
    data_directory: Annotated[
        str,
        Meta(description="Folder of outbox, status and logs; empty: the user's data folder."),
    ] = ""
    keyring: Annotated[
        bool, Meta(description="Store the device token in the system's keyring, if there is one.")
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
    only_in_working_hours: Annotated[
        bool,
        Meta(description="Collect and send nothing outside working hours, no heartbeats either."),
    ] = False


class DetailedLogSettings(Config, frozen=True, kw_only=True):
    """The table `[detailed_log]`: when the two logs of a working day may be taken."""

    start: Annotated[
        TimeOfDay, Meta(description="Earliest local time of a detailed log, as HH:MM.")
    ] = "08:00"
    end: Annotated[
        TimeOfDay, Meta(description="Latest local time of a detailed log, as HH:MM.")
    ] = "22:00"
    working_days: Annotated[
        tuple[Weekday, ...],
        Meta(min_length=1, description="Days with detailed logs."),
    ] = ("mon", "tue", "wed", "thu", "fri")
    time_zone: Annotated[
        str,
        Meta(description="IANA name such as Europe/Vienna; empty: that of the device."),
    ] = ""


class OutboxSettings(Config, frozen=True, kw_only=True):
    """The table `[outbox]`: how much may wait on the device while the server cannot be reached."""

    keep_days: Annotated[
        int, Meta(ge=1, le=366, description="Days after which an entry is deleted, sent or not.")
    ] = 30
    max_megabytes: Annotated[
        int, Meta(ge=5, description="Maximum size; beyond it the oldest heartbeats are dropped.")
    ] = 500
    min_free_megabytes: Annotated[
        int, Meta(ge=0, description="Disk space that the outbox leaves free.")
    ] = 200


class NoticeSettings(Config, frozen=True, kw_only=True):
    """The table `[notice]`: what the company tells its employees."""

    company: Annotated[str, Meta(description="The company that uses this program.")] = ""
    purpose: Annotated[str, Meta(description="The purpose of the program.")] = ""
    contact: Annotated[
        str, Meta(description="Contact for questions, such as the data protection officer.")
    ] = ""
    retention: Annotated[str, Meta(description="How long the data is kept, such as 60 days.")] = ""
    text: Annotated[str, Meta(description="Further text; an empty line starts a paragraph.")] = ""
    required: Annotated[
        bool, Meta(description="Take no detailed log before the notice is acknowledged.")
    ] = False


class PluginsSettings(Config, frozen=True, kw_only=True):
    """The keys of `[plugins]` that are not the table of one plugin."""

    directory: Annotated[
        str,
        Meta(
            description="Folder of drop-in plugins; empty: plugins/ next to the compiled program, "
            "otherwise next to this file."
        ),
    ] = ""
    disabled: Annotated[
        tuple[str, ...], Meta(description="Names of plugins that are not used.")
    ] = ()
    enabled: Annotated[
        tuple[str, ...],
        Meta(
            description="Names of plugins that are off by default and are used here: "
            f"{', '.join(sorted(OFF_BY_DEFAULT))}."
        ),
    ] = ()
    trusted: Annotated[
        dict[str, str],
        Meta(description="SHA-256 by file or folder name; if set, no other drop-in is loaded."),
    ] = msgspec.field(default_factory=dict)
    trusted_keys: Annotated[
        tuple[str, ...],
        Meta(
            description="Public keys (minisign); packs signed by them are loaded, too, and no "
            "other drop-in."
        ),
    ] = ()


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
