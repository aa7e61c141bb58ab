"""What a device reports of its plugins: checked one by one, because a heartbeat matters more."""

import logging
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

log = logging.getLogger(__name__)

_LIMIT_BYTES: Final = 64 * 1024
_PLUGIN_LIMIT: Final = 200
_Name = Annotated[str, Meta(min_length=1, max_length=64)]
_Phrase = Annotated[str, Meta(max_length=1000)]


class DeclaredFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact as its collector declares it; without *type* it may be any JSON."""

    name: _Name
    what: _Phrase
    why: _Phrase
    personal: Literal["no", "indirect", "direct"]
    type: Literal["bool", "int", "float", "text", "time", "duration", "bytes", "choice"] | None = (
        None
    )
    unit: Annotated[str, Meta(max_length=12)] = ""
    label: Annotated[str, Meta(max_length=60)] = ""
    choices: Annotated[tuple[_Phrase, ...], Meta(max_length=50)] = ()


class ReportedPlugin(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collector, transport or calendar of a device, and where it is from."""

    name: _Name
    kind: Literal["collector", "transport", "calendar"]
    origin: Literal["built-in", "installed", "drop-in"]
    api: int
    version: Annotated[str, Meta(max_length=64)] = ""
    sha256: Annotated[str, Meta(max_length=64)] = ""
    occasions: tuple[Literal["heartbeat", "detailed_log"], ...] = ()
    facts: Annotated[tuple[DeclaredFact, ...], Meta(max_length=100)] = ()


def plugins_text(reported: Any) -> str | None:
    """Return what is right of *reported* as JSON; None when it is no list, or too long."""
    if not isinstance(reported, list):
        return None
    text = msgspec.json.encode([each for each in map(_checked, reported[:_PLUGIN_LIMIT]) if each])
    if len(text) > _LIMIT_BYTES:
        log.info("A report of plugins with %d bytes is ignored", len(text))
        return None
    return text.decode()


def _checked(reported: Any) -> ReportedPlugin | None:
    try:
        return msgspec.convert(reported, ReportedPlugin)
    except msgspec.ValidationError as error:
        log.info("A reported plugin is ignored: %s", error)
        return None
