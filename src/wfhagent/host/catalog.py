"""All plugins: where each came from, what it registers, and why one is not used."""

import importlib.metadata
import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from wfhagent.errors import PluginError
from wfhagent.host import hookspecs
from wfhagent.host.dropin import find_drop_ins, load_drop_in
from wfhagent.host.trust import check_trust
from wfhagent.plugin import API_VERSION, Collector, Transport

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "wfhagent"


class Origin(StrEnum):
    """Where a plugin came from."""

    BUILT_IN = "built-in"
    INSTALLED = "installed"
    DROP_IN = "drop-in"


@dataclass(kw_only=True, slots=True)
class Entry:
    """One plugin: `problem` is one sentence when it is not used, else empty."""

    name: str
    origin: Origin
    where: str
    version: str = ""
    problem: str = ""
    collectors: list[str] = field(default_factory=list)
    transports: list[str] = field(default_factory=list)


class Catalog:
    """The plugins of one agent.

    Attributes:
        entries: every plugin found, used or not, in the order in which it was found.
        collectors: the collector classes in use, by name.
        transports: the transport classes in use, by name.
    """

    def __init__(self, *, disabled: Sequence[str] = ()) -> None:
        self.entries: list[Entry] = []
        self.collectors: dict[str, type[Collector[Any]]] = {}
        self.transports: dict[str, type[Transport[Any]]] = {}
        self._disabled = frozenset(disabled)
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    def add_built_in(self, modules: Mapping[str, ModuleType]) -> None:
        """Add the modules that the composition root hands over, by plugin name."""
        for name, module in modules.items():
            entry = Entry(name=name, origin=Origin.BUILT_IN, where=module.__name__)
            self._add(entry, lambda module=module: module)  # type: ignore[misc]

    def add_installed(self) -> None:
        """Add the plugins of installed distributions, found by their entry points."""
        for point in sorted(
            importlib.metadata.entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name
        ):
            version = "" if point.dist is None else point.dist.version
            where = point.value if point.dist is None else point.dist.name
            entry = Entry(name=point.name, origin=Origin.INSTALLED, where=where, version=version)
            self._add(entry, point.load)

    def add_drop_ins(self, directory: Path, trusted: Mapping[str, str]) -> None:
        """Add the files and folders in *directory*."""
        for name, path in find_drop_ins(directory):

            def load(name: str = name, path: Path = path) -> ModuleType:
                check_trust(path, trusted)
                return load_drop_in(name, path)

            self._add(Entry(name=name, origin=Origin.DROP_IN, where=str(path)), load)

    def _add(self, entry: Entry, load: Callable[[], ModuleType]) -> None:
        self.entries.append(entry)
        try:
            self._check_name(entry)
            module = load()
            self._register(entry, module)
        except PluginError as error:
            entry.problem = str(error)
        except Exception as error:  # noqa: BLE001 -- the border to other people's code
            entry.problem = f"{entry.where}: {type(error).__name__}: {error}."
        if entry.problem and entry.name not in self._disabled:
            log.error("Plugin %s is not used: %s", entry.name, entry.problem)

    def _check_name(self, entry: Entry) -> None:
        if entry.name in self._disabled:
            raise PluginError("disabled in agent.toml by [plugins] disabled.")
        for other in self.entries[:-1]:
            if other.name == entry.name and not other.problem:
                raise PluginError(
                    f"{entry.where}: the name {entry.name!r} is taken by {other.where} "
                    f"({other.origin}); rename one, or disable it in agent.toml."
                )

    def _register(self, entry: Entry, module: ModuleType) -> None:
        wanted = getattr(module, "wfhagent_api", API_VERSION)
        if wanted != API_VERSION:
            raise PluginError(
                f"{entry.where}: it is written for plugin API {wanted}, and this is {API_VERSION}."
            )
        self._manager.register(module, name=entry.name)
        try:
            # A misspelt hook would silently do nothing.
            self._manager.check_pending()
            collectors = self._call(self._manager.hook.register_collectors, module)
            transports = self._call(self._manager.hook.register_transports, module)
            self._check_classes(entry, [*collectors, *transports])
        except Exception:
            self._manager.unregister(module)
            raise
        entry.collectors = [collector.name for collector in collectors]
        entry.transports = [transport.name for transport in transports]
        self.collectors |= {collector.name: collector for collector in collectors}
        self.transports |= {transport.name: transport for transport in transports}

    def _call(self, hook: pluggy.HookCaller, module: ModuleType) -> list[Any]:
        """Call the hook of one plugin: a 1:N call would stop at the first that raises."""
        classes: list[Any] = []
        for implementation in hook.get_hookimpls():
            if implementation.plugin is module:
                returned: Any = implementation.function()
                if not isinstance(returned, list):
                    raise PluginError(
                        f"{module.__name__}.{hook.name} must return a list of classes."
                    )
                classes += returned
        return classes

    def _check_classes(self, entry: Entry, classes: Sequence[type[Any]]) -> None:
        for one in classes:
            if not (inspect.isclass(one) and issubclass(one, Collector | Transport)):
                raise PluginError(f"{entry.where}: {one!r} is neither Collector nor Transport.")
            if inspect.isabstract(one):
                missing = ", ".join(sorted(one.__abstractmethods__))
                raise PluginError(f"{entry.where}: {one.__name__} does not define {missing}.")
            name = getattr(one, "name", "")
            if not isinstance(name, str) or not name.isidentifier():
                raise PluginError(
                    f"{entry.where}: {one.__name__}.name must be an identifier such as 'battery'."
                )
            if name in self.collectors or name in self.transports:
                raise PluginError(f"{entry.where}: the name {name!r} is already in use.")
