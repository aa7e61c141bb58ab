"""What the agent and the child of a third-party transport say to each other."""

from collections.abc import Mapping
from typing import Any

import msgspec

from wfhagent.plugin import Delivery, Parcel, Server
from wfhagent.plugins.source import Source

TASK = "transport"
MOST_ANSWER_BYTES = 1 << 20
"""Of one answer; the longest of the protocol has a few kilobytes."""


class Open(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The first request: *table* is `[plugins.<transport>]` of *config_file*."""

    source: Source
    transport: str
    table: Mapping[str, Any]
    config_file: str
    server: Server


class Send(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A parcel. The answer has the same *number*: a plugin may answer twice."""

    number: int
    parcel: Parcel


class Probe(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Asks whether a parcel would arrive. The answer has the same *number*."""

    number: int


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to Open. The transport *refused* to work with this server, or *failed*.

    Each is a sentence without a full stop, or empty. *destination* is where it sends to.
    """

    refused: str = ""
    failed: str = ""
    destination: str = ""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to Send or Probe; of the latter it may be None.

    *output* is what the plugin logged and printed: level and text.
    """

    number: int
    delivery: Delivery | None
    output: tuple[tuple[int, str], ...] = ()
