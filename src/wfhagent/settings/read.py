"""Reads agent.toml into checked settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from wfhagent.errors import SettingsError
from wfhagent.messages import _
from wfhagent.settings.checks import (
    check_notice,
    check_token,
    check_trusted_keys,
    check_url,
    check_window,
    full_path,
)
from wfhagent.settings.mistakes import convert_table, refuse_unknown
from wfhagent.settings.tables import TABLES, PluginsSettings, Settings

ESCAPES = ("Invalid hex value", "Unescaped '\\'", "Escaped character")
"""How the messages begin about a backslash that begins no escape."""
PATHS = (
    ("server", "ca_file"),
    ("server", "client_certificate"),
    ("server", "client_key"),
    ("agent", "data_directory"),
    ("plugins", "directory"),
)
"""Where these are no full paths they start at the folder of agent.toml."""


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
        raise SettingsError(f"{file}: {_explain(error)}") from error
    except FileNotFoundError as error:
        text = _(
            "{file} does not exist. IT provides it. To write one yourself, start from the output "
            "of `wfhagent example`."
        )
        raise SettingsError(text.format(file=file)) from error
    except UnicodeDecodeError as error:
        text = _("{file} is not UTF-8: {error}. Save it as UTF-8.")
        raise SettingsError(text.format(file=file, error=error.reason)) from error
    except (OSError, ValueError) as error:
        raise SettingsError(
            _("{file} cannot be read: {error}.").format(file=file, error=error)
        ) from error


def _explain(error: tomli.TOMLDecodeError) -> str:
    """Return what is wrong, and where; paths of Windows are what most people trip over."""
    line = error.doc.splitlines()[error.lineno - 1] if error.doc else ""
    if "\\" not in line or not error.msg.startswith(ESCAPES):
        return _("is not TOML: {error}.").format(error=error)
    return _(
        "line {number}: in double quotes a backslash begins an escape. Write the path in single "
        "quotes ('C:\\Users\\…') or with slashes (C:/Users/…)."
    ).format(number=error.lineno)


def parse_settings(raw: Mapping[str, Any], file: Path) -> Settings:
    """Return the settings in the decoded TOML *raw*, which is from *file*."""
    refuse_unknown(raw, list(TABLES), f"{file}:", "table")
    for name in raw:
        if not isinstance(raw[name], dict):
            text = _("{file}: [{name}] must be a table.")
            raise SettingsError(text.format(file=file, name=name))
    tables = {name: dict(raw.get(name, {})) for name in TABLES}
    for table, key in PATHS:
        path = tables[table].get(key)
        if path and isinstance(path, str):
            where = f"{file}: [{table}] {key}"
            tables[table][key] = full_path(path, where, file.absolute().parent)
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
    check_url(settings.server.url, f"{file}: [server]")
    check_token(settings.server.auth_token, f"{file}: [server]")
    check_notice(settings.notice, f"{file}: [notice]")
    check_window(settings.detailed_log, f"{file}: [detailed_log]")
    check_trusted_keys(settings.plugins.trusted_keys, f"{file}: [plugins]")
    return settings
