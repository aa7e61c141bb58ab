"""What one plugin module registers, checked."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pluggy

from wfhagent.errors import PluginError
from wfhagent.plugin import Calendar, Collector, Transport
from wfhagent.plugins import hookspecs
from wfhagent.plugins.api_range import check_api
from wfhagent.plugins.declared import problems_of
from wfhagent.plugins.load import load
from wfhagent.plugins.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """The classes of one plugin, and for which versions of the API it is: empty for all."""

    collectors: Sequence[type[Collector[Any]]]
    transports: Sequence[type[Transport[Any]]]
    calendars: Sequence[type[Calendar[Any]]]
    api: str

    def classes(self) -> Iterator[type[Collector[Any] | Transport[Any] | Calendar[Any]]]:
        """Yield all classes."""
        yield from self.collectors
        yield from self.transports
        yield from self.calendars


def registered(module: ModuleType, where: str) -> Registered:
    """Ask *module* for its classes; *where* is for messages.

    Raises:
        PluginError: a hook is misspelt, or gives what it may not give, or the plugin is for
            another version of the API.
    """
    api = check_api(getattr(module, "wfhagent_api", None), where)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    _check_hooks(manager, module, where)
    manager.register(module)
    if not manager.get_hookcallers(module):
        # Hooks that return nothing are in order: they may do so on some systems only.
        raise PluginError(
            f"{where}: it has no hook; is @hookimpl before `def register_collectors():`?"
        )
    hooks = manager.hook
    found = Registered(
        collectors=_call(hooks.register_collectors, where, Collector),
        transports=_call(hooks.register_transports, where, Transport),
        calendars=_call(hooks.register_calendars, where, Calendar),
        api=api,
    )
    _check(found, where)
    return found


def find_transport(source: Source, name: str) -> type[Transport[Any]]:
    """Import the third-party plugin of *source* into this process; return its transport *name*.

    Raises:
        PluginError: it cannot be imported, or has no such transport any more.
    """
    for one in registered(load(source, {}), source.where).transports:
        if one.name == name:
            return one
    raise PluginError(f"{source.where}: gives no transport {name!r} any more.")


def _check_hooks(manager: pluggy.PluginManager, module: ModuleType, where: str) -> None:
    """Refuse a misspelt hook, which would silently do nothing, and one that wants an argument."""
    known = sorted(name for name in vars(manager.hook) if name.startswith("register_"))
    for name, hook in vars(module).items():
        options = manager.parse_hookimpl_opts(module, name)
        if options is None:
            continue
        if (options["specname"] or name) not in known:
            raise PluginError(
                f"{where}: there is no hook {name!r}; the hooks are {', '.join(known)}."
            )
        if inspect.signature(hook).parameters:
            raise PluginError(f"{where}: {name} must take no argument; the hooks get none.")


def _call(hook: pluggy.HookCaller, where: str, kind: type[Any]) -> list[Any]:
    """Return the classes that the plugin gives for *hook*, none where it does not implement it."""
    classes: list[Any] = []
    for implementation in hook.get_hookimpls():
        returned: Any = implementation.function()
        if not isinstance(returned, list):
            raise PluginError(
                f"{where}: {hook.name} must return a list of classes, and gave a value of type "
                f"{type(returned).__name__}."
            )
        for one in returned:
            if not (inspect.isclass(one) and issubclass(one, kind)):
                raise PluginError(
                    f"{where}: {hook.name} gives {one!r}, which is no {kind.__name__}."
                )
        classes += returned
    return classes


def _check(found: Registered, where: str) -> None:
    names: set[str] = set()
    for one in found.classes():
        problems = problems_of(one)
        if problems:
            raise PluginError(f"{where}: {'; '.join(problems)}.")
        if one.name in names:
            raise PluginError(f"{where}: two of its classes have the name {one.name!r}.")
        names.add(one.name)
