"""What one collector gave."""

from collections.abc import Mapping
from typing import Any

import msgspec

from wfhagent.plugin import Absent, Attachment, Collector, Context, Facts


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one collector, the reasons for those it could not give, and its files.

    *failure* is one sentence when the collector gave nothing at all.
    """

    facts: Mapping[str, Any] = msgspec.field(default_factory=dict)
    absent: Mapping[str, str] = msgspec.field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    failure: str = ""


def read(collector: Collector[Any], context: Context) -> Reading:
    """Ask *collector*; whatever it raises becomes the failure of the reading."""
    try:
        given = collector.collect(context)
        return _sort(collector, given, context)
    except (Exception, SystemExit) as error:  # the border to other people's code
        context.log.warning("%s failed", collector.name, exc_info=error)
        return Reading(failure=f"{type(error).__name__}: {error}")


def _sort(collector: Collector[Any], given: Facts, context: Context) -> Reading:
    declared = {fact.name for fact in collector.facts}
    facts: dict[str, Any] = {}
    absent: dict[str, str] = {}
    for name, value in given.items():
        if name not in declared:
            # What is not declared is not on the privacy page, so it may not travel.
            context.log.warning("%s gave %r, which it does not declare", collector.name, name)
        elif isinstance(value, Absent):
            absent[name] = value.reason
        else:
            facts[name] = value
    # Fails here, and not in the outbox, when a fact is no JSON.
    msgspec.json.encode(facts)
    return Reading(facts=facts, absent=absent, attachments=tuple(context.attachments))
