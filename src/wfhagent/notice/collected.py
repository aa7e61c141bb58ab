"""What is collected and when, with the settings and plugins in force, as short texts by key.

An update of the program that collects the same gives the same texts, so nobody is asked again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.errors import WfhagentError
from wfhagent.messages import N_, _
from wfhagent.plugin.allowed import has_secret
from wfhagent.plugins.declared import AnyPlugin, collects
from wfhagent.plugins.source import Origin, Source

COMES_WITH_IT = N_("comes with wfhagent")
PLUGIN = "plugin "
DATA = ": data"
REQUIRED = ("notice: required", "true")
"""To wait for an acknowledgement is no change that people have to be asked about."""
ONLY_IN_WORKING_HOURS = "heartbeat: only_in_working_hours"
SET = "set in agent.toml"
_SHOWN_DIGITS = 16
_CORE = {
    "server": ("url",),
    "agent": ("transport",),
    "heartbeat": ("interval_seconds",),
    "detailed_log": ("start", "end", "working_days", "time_zone"),
    "outbox": ("keep_days",),
    "notice": ("required",),
}
"""The settings of the program itself that change what is sent, when, where to and for how long."""


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """*values* are the texts by key, *defaults* the keys of settings that have their default."""

    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    defaults: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """A hash of all values: the same wherever the same is collected."""
        return hashlib.sha256(msgspec.json.encode(self.values, order="sorted")).hexdigest()[:16]


def collected_by(assembly: Assembly) -> Collected:
    """Return what *assembly* collects and when."""
    values: dict[str, str] = {}
    defaults: set[str] = set()
    for table, keys in _CORE.items():
        found = getattr(assembly.settings, table)
        values |= {f"{table}: {key}": _text(getattr(found, key)) for key in keys}
    if assembly.settings.heartbeat.only_in_working_hours:
        # Only where it is set: the others are asked about no change.
        values[ONLY_IN_WORKING_HOURS] = _text(True)
    for name, one in plugins_in_use(assembly):
        values[f"{PLUGIN}{name}"] = _origin(assembly.catalog.sources.get(name), assembly)
        if collects(one):
            values[f"{name}{DATA}"] = ", ".join(fact.name for fact in one.facts)
            values[f"{name}: asked"] = ", ".join(sorted(one.occasions))
        for key, value, is_default in _settings(name, one, assembly):
            values[f"{name}: {key}"] = value
            if is_default:
                defaults.add(f"{name}: {key}")
    return Collected(values=values, defaults=frozenset(defaults))


def changes(before: Mapping[str, str], now: Collected) -> list[str]:
    """Return what is collected otherwise than *before*, one short text each."""
    found = []
    for key in dict.fromkeys([*before, *now.values]):
        old, new = before.get(key), now.values.get(key)
        name = key.partition(":")[0]
        if old == new or (key, new) == REQUIRED:
            continue
        if key.startswith(PLUGIN):
            found.append(_plugin_change(key, old, new, now))
        elif (f"{PLUGIN}{name}" in before) != (f"{PLUGIN}{name}" in now.values):
            continue  # The line of its plugin says it.
        elif key == ONLY_IN_WORKING_HOURS:
            found.append(f"{key} → {_plain(new or _text(False))}")
        elif new is None:
            found.append(
                _("{key} {before} → no longer a setting").format(key=key, before=_plain(old))
            )
        elif old is not None:
            found.append(f"{key} {_plain(old)} → {_plain(new)}")
        elif key not in now.defaults:
            found.append(f"{key} → {_plain(new)}")
    return found


def _plain(text: str | None) -> str:
    """Return a text without the marks of JSON."""
    if not text or text in {'""', "[]"}:
        return _("none")
    if text.startswith("["):
        return text.strip("[]").replace('"', "").replace(",", ", ")
    return text.strip('"')


def _plugin_change(key: str, old: str | None, new: str | None, now: Collected) -> str:
    if new is None:
        return _("{plugin}: no longer used").format(plugin=key)
    if old is None:
        given = now.values.get(key.removeprefix(PLUGIN) + DATA, "")
        if not given:
            return _("{plugin}: new, {origin}").format(plugin=key, origin=_(new))
        return _("{plugin}: new, {origin}; it declares that it collects {facts}").format(
            plugin=key, origin=_(new), facts=given
        )
    return f"{key}: {_(old)} → {_(new)}"


def plugins_in_use(assembly: Assembly) -> Iterator[tuple[str, AnyPlugin]]:
    """Yield collectors, calendars and the transport in use, each with its name."""
    catalog = assembly.catalog
    yield from catalog.collectors.items()
    yield from catalog.calendars.items()
    transport = assembly.settings.agent.transport
    if transport in catalog.transports and transport in catalog.sources:
        yield transport, catalog.transports[transport]


def _origin(source: Source | None, assembly: Assembly) -> str:
    """Return where a plugin came from; the code of whoever else wrote it by its hash."""
    if source is None or not source.third_party:
        return COMES_WITH_IT
    digest = source.digest[:_SHOWN_DIGITS] or "unknown"
    if source.origin is Origin.DROP_IN:
        return f"drop-in, SHA-256 {digest}"
    entry = next(one for one in assembly.catalog.entries if one.name == source.name)
    return f"installed, {entry.where}, SHA-256 {digest}"


def _settings(name: str, one: AnyPlugin, assembly: Assembly) -> Iterator[tuple[str, str, bool]]:
    """Yield key and value of each setting of a plugin, and whether that is its default."""
    table = assembly.settings.plugin_tables.get(name, {})
    if not isinstance(one, type):
        for setting in one.settings:
            if setting.secret:
                # Not even a hash, which could be guessed.
                yield setting.key, *_secret(setting.key in table)
            elif setting.key not in table:
                yield setting.key, setting.default, True
            else:
                value = msgspec.to_builtins(table[setting.key])
                is_choice = isinstance(value, str) and value in setting.choices
                text = _text(value, secret=not is_choice)
                yield setting.key, text, text == setting.default
        return
    try:
        config = assembly.config_of(name, one.config_type)
    except WfhagentError:
        return  # The program does not start with it.
    for field in msgspec.structs.fields(one.config_type):
        if has_secret(field.type):
            yield field.encode_name, *_secret(field.encode_name in table)
            continue
        value = msgspec.to_builtins(getattr(config, field.name))
        text = _text(value, secret=not _is_choice(field.type))
        yield field.encode_name, text, value == _default(field)


def _secret(is_set: bool) -> tuple[str, bool]:  # noqa: FBT001 -- the whole answer
    return (SET if is_set else "", not is_set)


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.to_builtins(field.default_factory())
    return msgspec.NODEFAULT if field.required else msgspec.to_builtins(field.default)


def _is_choice(kind: Any) -> bool:
    """Tell whether a value of the type *kind* is one of a few words, which are no secret."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return get_origin(kind) is Literal


def _text(value: object, *, secret: bool = False) -> str:
    """Return *value* for people; a text that may be a *secret* by its hash."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    encoded = msgspec.json.encode(value)
    if secret and value and not isinstance(value, bool | int | float):
        return f"{SET} ({hashlib.sha256(encoded).hexdigest()[:8]})"
    return encoded.decode()
