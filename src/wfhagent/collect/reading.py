"""What one collector gave."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from wfhagent.collect.known import problem_of
from wfhagent.collect.typed import typed
from wfhagent.errors import PluginError, SecretError, describe_error
from wfhagent.plugin import KNOWN_FACTS, Absent, Attachment, Collector, Context, Facts
from wfhagent.system.known_secrets import mask_secrets
from wfhagent.system.sentence import sentence

MOST_FACT_BYTES = 16 * 1024
"""Of all facts of one collector, as JSON; the server takes 64 KiB of all plugins together."""
MOST_ATTACHED_BYTES = 10 << 20
"""Of all files of one collector; the server takes no larger screenshot."""
SCREENSHOT = "screenshot"
"""The one file that protocol v1 carries."""
_STAYS = f"protocol v1 carries no file but the picture {SCREENSHOT!r}"
DEEPEST = 32
"""Of the JSON of facts; the server takes 64 levels, and some stand around these."""
SHORTEST_IN_FACT = 8
"""Characters of a secret that is masked in facts: a shorter one may be an ordinary word there."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one collector, the reasons for those it could not give, and its files.

    *undeclared* are the names of what it gave and did not declare: that is dropped. *failure* is
    one sentence when the collector gave nothing at all; it *hurt* when its process had to be
    ended or died. *output* is what it wrote to its log in a child process: level and text.
    """

    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    undeclared: tuple[str, ...] = ()
    failure: str = ""
    hurt: bool = False
    output: tuple[tuple[int, str], ...] = ()


def read(collector: Collector[Any], context: Context) -> Reading:
    """Ask *collector*; whatever it raises becomes the failure of the reading."""
    try:
        given = collector.collect(context)
        return _sort(collector, given, context)
    except (PluginError, SecretError) as error:
        context.log.warning("%s failed: %s", collector.name, error)
        return Reading(failure=sentence(str(error)))
    except (Exception, SystemExit) as error:  # the border to other people's code
        context.log.warning("%s failed", collector.name, exc_info=error)
        return Reading(failure=sentence(describe_error(error)))


def _sort(collector: Collector[Any], given: Facts, context: Context) -> Reading:
    _check_given(given)
    declared = {fact.name: fact for fact in collector.facts}
    facts: dict[str, Any] = {}
    absent: dict[str, str] = {}
    # What is wrong with a value fails here, and not in the outbox; each fails alone.
    for name, value in given.items():
        if name not in declared:
            continue
        if isinstance(value, Absent):
            absent[name] = sentence(value.reason)
            continue
        try:
            plain = typed(declared[name], value)
            if name not in KNOWN_FACTS:
                # The name of a device may be a word that is some plugin's password, too.
                plain = _masked(plain)
            _check_text(plain)
            problem = problem_of(name, plain)
        except ValueError as error:
            problem = f"{collector.name}.{name}: {error}"
        if problem:
            context.log.warning("%s: %s", collector.name, problem)
            absent[name] = sentence(problem)
        else:
            facts[name] = plain
    _check_facts(facts)
    attached = [file for file in context.attachments if file.name in declared]
    attachments = tuple(file for file in attached if file.name == SCREENSHOT)
    absent |= {file.name: _STAYS for file in attached if file.name != SCREENSHOT}
    _check_attachments(attachments)
    undeclared = tuple(_undeclared(given, context, set(declared)))
    if undeclared:
        # What is not declared is not on the privacy page, so it may not travel.
        context.log.warning(
            "%s gave what it does not declare, which is dropped: %s",
            collector.name,
            ", ".join(undeclared),
        )
    return Reading(facts=facts, absent=absent, attachments=attachments, undeclared=undeclared)


def _check_given(given: Any) -> None:
    """Raise TypeError unless *given* is what `collect` has to return."""
    if not isinstance(given, Mapping):
        kind = "None" if given is None else f"a value of type {type(given).__name__}"
        raise TypeError(
            f"collect must return the facts by name, such as {{'percent': 80}}, and gave {kind}"
        )


def _undeclared(given: Facts, context: Context, declared: set[str]) -> Iterator[str]:
    names = [*given, *(file.name for file in context.attachments)]
    for name in dict.fromkeys(names):
        if name not in declared:
            yield sentence(repr(name))


def _masked(value: Any) -> Any:
    """Return *value*, which is JSON, with a mask in place of each secret in its texts."""
    if isinstance(value, str):
        return mask_secrets(value, shortest=SHORTEST_IN_FACT)
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    if isinstance(value, dict):
        return {_masked(key): _masked(inner) for key, inner in value.items()}
    return value


def _check_text(value: Any) -> None:
    """Raise ValueError when the server would refuse *value*, which is JSON."""
    if rb"\u0000" in msgspec.json.encode(value):
        raise ValueError("it has a NUL character")
    if _depth({"": value}) > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")


def _check_facts(facts: Mapping[str, Any]) -> None:
    """Raise ValueError, as the collector itself might, when the server would refuse *facts*."""
    encoded = msgspec.json.encode(facts)
    if len(encoded) > MOST_FACT_BYTES:
        raise ValueError(
            f"it gave {len(encoded):,} bytes of facts; at most {MOST_FACT_BYTES:,} travel"
        )


def _depth(value: Any) -> int:
    deepest, layer = 0, [value]
    while layer and deepest <= DEEPEST:
        deepest += 1
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return deepest


def _check_attachments(attachments: tuple[Attachment, ...]) -> None:
    size = sum(len(file.data) for file in attachments)
    if size > MOST_ATTACHED_BYTES:
        raise ValueError(f"it attached {size:,} bytes; at most {MOST_ATTACHED_BYTES:,} travel")
