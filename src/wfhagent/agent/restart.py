"""Notices that another start of the agent would have other plugins in use."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from wfhagent.errors import PluginError, SettingsError
from wfhagent.plugins.catalog import Catalog
from wfhagent.plugins.dropin import check_shape, find_drop_ins
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.plugins.source import Origin
from wfhagent.plugins.trust import check_trust
from wfhagent.settings import PluginsSettings, Settings, read_settings

Signature = tuple[tuple[int, int, int], ...]
"""Of each file that is looked at its number, size and time of change in nanoseconds."""


class Restart:
    """Compares the drop-ins and agent.toml with those at the start of the agent.

    Few files are looked at, and they are read only after a change: this runs with every heartbeat.
    So a change deep in the folder of a plugin goes unnoticed; the installation of a pack does not.
    """

    def __init__(self, settings: Settings, catalog: Catalog, drop_ins: Path) -> None:
        self._settings = settings
        self._drop_ins = drop_ins
        self._digests = _digests_in_use(catalog)
        self._at_start = self._newest = self._look()
        self._pending: list[str] = []

    def pending(self) -> list[str]:
        """Return the names of plugins that were installed, changed, removed or switched."""
        found = self._look()
        if found != self._newest:
            self._newest = found
            self._pending = sorted(self._changed(found, self._settings_now()))
        return self._pending

    def _look(self) -> Mapping[Path, Signature]:
        try:
            places = [path for _name, path in find_drop_ins(self._drop_ins)]
        except OSError:
            places = []
        return {path: _signature(path) for path in (self._settings.file, *places)}

    def _settings_now(self) -> PluginsSettings:
        try:
            return read_settings(self._settings.file).plugins
        except SettingsError:
            # With a wrong agent.toml there is no other start.
            return self._settings.plugins

    def _changed(self, found: Mapping[Path, Signature], now: PluginsSettings) -> set[str]:
        then = self._settings.plugins
        changed = {*then.disabled} ^ {*now.disabled}
        changed |= ({*then.enabled} ^ {*now.enabled}) & OFF_BY_DEFAULT
        trusts_others = (then.trusted, then.trusted_keys) != (now.trusted, now.trusted_keys)
        for path in {*self._at_start, *found} - {self._settings.file}:
            looks_the_same = self._at_start.get(path) == found.get(path)
            # One that failed at the start has no hash here, and may fail again.
            if looks_the_same and not trusts_others:
                continue
            if self._digests.get(path) != _digest_after(path, now):
                changed.add(path.stem)
        return changed


def _digests_in_use(catalog: Catalog) -> Mapping[Path, str]:
    """Return the hash of each drop-in of *catalog* that is in use."""
    used = [one for one in catalog.sources.values() if one.origin is Origin.DROP_IN]
    return {Path(one.where): one.digest for one in used}


def _digest_after(path: Path, settings: PluginsSettings) -> str | None:
    """Return the hash of a drop-in as a restart would import it; None if it would not."""
    name = path.stem
    if name in settings.disabled:
        return None
    try:
        check_shape(name, path)
        return check_trust(path, settings.trusted, settings.trusted_keys)
    except (PluginError, OSError):
        return None


def _signature(path: Path) -> Signature:
    """Return what differs after a change of *path*, or of a file in that folder."""
    try:
        found = [path.stat()]
        if stat.S_ISDIR(found[0].st_mode):
            with os.scandir(path) as entries:
                found += [one.stat() for one in sorted(entries, key=lambda one: one.name)]
    except OSError:
        return ()
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in found)
