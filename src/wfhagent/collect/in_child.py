"""Asks a collector in a child process: it cannot hang, crash or bloat the agent.

The child never has the machine's token: it asks the agent where the server sees this machine, and
for the secrets of its plugin that are in the keyring.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from wfhagent.collect.reading import Reading
from wfhagent.plugin import Occasion
from wfhagent.plugins.source import Source
from wfhagent.process.child.call import call
from wfhagent.system.sentence import sentence

TASK = "collect"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the child gets: *table* is `[plugins.<collector>]` of *config_file*.

    *may_ask* is that of Context, *state* and *cache* are the folders of the collector.
    """

    source: Source
    collector: str
    table: Mapping[str, Any]
    config_file: str
    occasion: Occasion
    now: datetime
    server_url: str
    state: str
    cache: str
    may_ask: bool = False


def read_in_child(
    request: Request,
    *,
    program: Sequence[str],
    limit_seconds: float,
    reply: Callable[[bytes], bytes],
) -> Reading:
    """Return what the collector gave; the child is killed at the limit.

    *reply* answers its questions.
    """
    answer = call(
        program,
        TASK,
        msgspec.msgpack.encode(request),
        limit_seconds=limit_seconds,
        third_party=request.source.third_party,
        reply=reply,
    )
    if answer.problem:
        return Reading(failure=sentence(answer.problem), hurt=answer.hurt)
    try:
        reading = msgspec.msgpack.decode(answer.body, type=Reading)
    except ValueError as error:
        return Reading(failure=sentence(f"what it gave cannot be read: {error}"))
    log = logging.getLogger(f"wfhagent.plugins.{request.collector}")
    for level, text in reading.output:
        log.log(level, "%s", text)
    return reading
