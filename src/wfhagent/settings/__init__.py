"""The settings in agent.toml: `tables` says what they are, `read` reads them."""

from wfhagent.settings.mistakes import convert_table
from wfhagent.settings.read import parse_settings, read_settings, read_toml
from wfhagent.settings.tables import (
    TABLES,
    AgentSettings,
    DetailedLogSettings,
    HeartbeatSettings,
    NoticeSettings,
    OutboxSettings,
    PluginsSettings,
    ServerSettings,
    Settings,
    Weekday,
)

__all__ = [
    "TABLES",
    "AgentSettings",
    "DetailedLogSettings",
    "HeartbeatSettings",
    "NoticeSettings",
    "OutboxSettings",
    "PluginsSettings",
    "ServerSettings",
    "Settings",
    "Weekday",
    "convert_table",
    "parse_settings",
    "read_settings",
    "read_toml",
]
