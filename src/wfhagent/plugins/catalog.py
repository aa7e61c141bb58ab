"""All plugins: where each came from, what it registers, and why one is not used."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from wfhagent.errors import PluginError, describe_error
from wfhagent.messages import _
from wfhagent.plugin import Calendar, Collector, Transport
from wfhagent.plugins.declared import (
    CalendarDeclaration,
    CollectorDeclaration,
    TransportDeclaration,
)
from wfhagent.plugins.dropin import check_shape, find_drop_ins
from wfhagent.plugins.entry import Entry
from wfhagent.plugins.examined import Examined
from wfhagent.plugins.first_party import OFF_BY_DEFAULT, distribution_of
from wfhagent.plugins.load import load
from wfhagent.plugins.registered import Registered, find_transport, registered
from wfhagent.plugins.source import Origin, Source
from wfhagent.plugins.tree import PACK_FOLDER
from wfhagent.plugins.trust import check_trust
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.probe import is_folder

log = logging.getLogger(__name__)

Examine = Callable[[Sequence[Source]], Sequence[Examined]]
"""Learns in child processes what plugins declare."""


class Catalog:
    """The plugins of one agent.

    First-party plugins are part of the program, and their classes are here. Of a third-party
    plugin, installed or a drop-in, there is only what it declares: its code runs in children.

    Attributes:
        entries: every plugin found, used or not, in the order in which it was found.
        collectors: the collectors in use, by name; of a third-party one what it declares.
        transports: the transports in use, by name; of a third-party one what it declares.
        calendars: the calendars in use, by name; of a third-party one what it declares.
        sources: where the code of each of these is, by the same names.
        unused_names: what third-party plugins declare that are not used, such as before they are
            configured.
        wrong_tables: one sentence for each `[plugins.<name>]` of a third-party plugin that is
            wrong.
    """

    def __init__(self, *, disabled: Sequence[str] = (), enabled: Sequence[str] = ()) -> None:
        self.entries: list[Entry] = []
        self.collectors: dict[str, type[Collector[Any]] | CollectorDeclaration] = {}
        self.transports: dict[str, type[Transport[Any]] | TransportDeclaration] = {}
        self.calendars: dict[str, type[Calendar[Any]] | CalendarDeclaration] = {}
        self.sources: dict[str, Source] = {}
        self.wrong_tables: dict[str, str] = {}
        self.unused_names: set[str] = set()
        self._disabled = frozenset(disabled)
        self._off = OFF_BY_DEFAULT - frozenset(enabled)
        self._unexamined: list[tuple[Entry, Source]] = []

    def add_built_in(self, modules: Mapping[str, ModuleType]) -> None:
        """Add the modules that the composition root hands over, by plugin name."""
        for name in modules:
            # One that nobody wants is not imported: that would be memory.
            unwanted = self._why_unwanted(name, ours=True)
            where = name if unwanted else modules[name].__name__
            source = Source(name=name, origin=Origin.BUILT_IN, where=where)
            entry = Entry(name=name, origin=Origin.BUILT_IN, where=where)
            self._add(entry, source, modules)

    def add_installed(self) -> None:
        """Add the plugins of installed distributions, found by their entry points.

        What the third-party ones declare is learned by `examine`.
        """
        # The compiled program never comes here, and waits without it: 0.5 MiB.
        from wfhagent.plugins.installed import find_installed  # noqa: PLC0415

        for entry, source in find_installed():
            if source.third_party:
                self.entries.append(entry)
                self._guarded(entry, partial(self._await, entry, source))
            else:
                self._add(entry, source, {})

    def add_drop_ins(
        self, directory: Path, trusted: Mapping[str, str], keys: Sequence[str] = ()
    ) -> None:
        """Add the files and folders in *directory*; what they declare is learned by `examine`.

        *trusted* and *keys* are those of `check_trust`.
        """
        try:
            found = list(find_drop_ins(directory))
        except OSError as error:
            problem = f"{directory}: cannot be read: {error}."
            self.entries.append(
                Entry(
                    name=directory.name,
                    origin=Origin.DROP_IN,
                    where=str(directory),
                    problem=problem,
                )
            )
            log.error("No drop-in is used: %s", problem)  # noqa: TRY400 -- the sentence says it
            return
        entries = [Entry(name=name, origin=Origin.DROP_IN, where=str(path)) for name, path in found]
        for entry in entries:
            self.entries.append(entry)
            self._guarded(entry, partial(self._await_drop_in, entry, trusted, keys))

    def examine(self, examine: Examine) -> None:
        """Learn by *examine* what the third-party plugins declare that were added before."""
        waiting, self._unexamined = self._unexamined, []
        learned = examine([source for _entry, source in waiting])
        for (entry, source), examined in zip(waiting, learned, strict=True):
            self._guarded(entry, partial(self._take_examined, entry, source, examined))

    def transport(self, name: str) -> type[Transport[Any]]:
        """Return the class of a transport; a third-party one is imported into this process.

        Raises:
            KeyError: there is no such transport.
            PluginError: it cannot be imported any more.
        """
        found = self.transports[name]
        if isinstance(found, TransportDeclaration):
            return find_transport(self.sources[name], name)
        return found

    def _add(self, entry: Entry, source: Source, built_in: Mapping[str, ModuleType]) -> None:
        self.entries.append(entry)

        self._guarded(entry, partial(self._import, entry, source, built_in))

    def _import(self, entry: Entry, source: Source, built_in: Mapping[str, ModuleType]) -> None:
        self._check_name(entry)
        self._take(entry, source, registered(load(source, built_in), entry.where))

    def _guarded(self, entry: Entry, do: Callable[[], None]) -> None:
        """Do something for *entry*; whatever goes wrong is its problem, and reported once."""
        try:
            do()
        except PluginError as error:
            entry.problem = mask_secrets(str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- other people's code
            entry.problem = mask_secrets(f"{entry.where}: {describe_error(error)}.")
        if entry.problem and not entry.unwanted:
            log.error("Plugin %s is not used: %s", entry.name, entry.problem)

    def _await(self, entry: Entry, source: Source) -> None:
        """Have the plugin of *entry* examined, whose code may be run."""
        self._check_name(entry)
        self._unexamined.append((entry, source))

    def _await_drop_in(self, entry: Entry, trusted: Mapping[str, str], keys: Sequence[str]) -> None:
        path = Path(entry.where)
        self._check_name(entry)
        check_shape(entry.name, path)
        digest = check_trust(path, trusted, keys)
        entry.version = _version_of(path, digest)
        source = Source(
            name=entry.name,
            origin=Origin.DROP_IN,
            where=entry.where,
            digest=digest,
            third_party=True,
        )
        self._unexamined.append((entry, source))

    def _check_name(self, entry: Entry) -> None:
        unwanted = self._why_unwanted(entry.name, ours=_comes_with_wfhagent(entry))
        if unwanted:
            entry.unwanted = True
            raise PluginError(unwanted)
        for other in self.entries:
            if other is entry:
                break
            if other.name == entry.name and not other.problem:
                raise PluginError(
                    f"{entry.where}: the name {entry.name!r} is taken by {other.where} "
                    f"({other.origin}); rename one, or disable it in agent.toml."
                )

    def _why_unwanted(self, name: str, *, ours: bool) -> str:
        """Return why nobody wants the plugin; empty when it is wanted. *ours*: of wfhagent."""
        if name in self._disabled:
            return _("disabled in agent.toml by [plugins] disabled.")
        if ours and name in self._off:
            return _("off by default; [plugins] enabled in agent.toml turns it on.")
        return ""

    def _take(self, entry: Entry, source: Source, found: Registered) -> None:
        self._check_free(entry, [one.name for one in found.classes()])
        self.collectors |= {one.name: one for one in found.collectors}
        self.transports |= {one.name: one for one in found.transports}
        self.calendars |= {one.name: one for one in found.calendars}
        self._note(entry, source, found)

    def _take_examined(self, entry: Entry, source: Source, found: Examined) -> None:
        if found.problem:
            self.unused_names.update(found.names())
            raise PluginError(found.problem)
        self._check_free(entry, found.names())
        self.collectors |= {one.name: one for one in found.collectors}
        self.transports |= {one.name: one for one in found.transports}
        self.calendars |= {one.name: one for one in found.calendars}
        self.wrong_tables |= found.wrong_tables
        self._note(entry, source, found)

    def _check_free(self, entry: Entry, names: Sequence[str]) -> None:
        for name in names:
            if name in self.sources:
                taken_by = self.sources[name]
                raise PluginError(
                    f"{entry.where}: the name {name!r} is already in use by {taken_by.where}; "
                    "disable one of them in agent.toml."
                )

    def _note(self, entry: Entry, source: Source, found: Registered | Examined) -> None:
        entry.api = found.api
        entry.collectors = [one.name for one in found.collectors]
        entry.transports = [one.name for one in found.transports]
        entry.calendars = [one.name for one in found.calendars]
        names = (*entry.collectors, *entry.transports, *entry.calendars)
        self.sources |= dict.fromkeys(names, source)


def _version_of(path: Path, digest: str) -> str:
    """Return the version of a drop-in that a pack has brought; empty for another."""
    if not is_folder(path / PACK_FOLDER):
        return ""
    # Without a pack the agent waits without it.
    from wfhagent.plugins.manifest import version_of  # noqa: PLC0415

    return version_of(path, digest)


def _comes_with_wfhagent(entry: Entry) -> bool:
    """Tell whether the plugin is wfhagent's; a company's own may have the same name."""
    if entry.origin is Origin.INSTALLED:
        return entry.where == distribution_of(entry.name)
    return entry.origin is Origin.BUILT_IN
