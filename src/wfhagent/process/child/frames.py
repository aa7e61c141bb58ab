"""What agent and child say to each other: frames of one kind, a length and a body."""

import struct
from collections.abc import Callable
from enum import IntEnum
from typing import BinaryIO

Ask = Callable[[bytes], bytes]
"""Puts a question to the agent, in a child, and returns the reply."""

_HEAD = struct.Struct("!BI")
MOST_BYTES = 32 << 20
"""Of one frame: a screenshot of 10 MiB and its facts three times over."""


class Kind(IntEnum):
    """What a frame is."""

    REQUEST = 1
    QUESTION = 2
    REPLY = 3
    ANSWER = 4


class FrameError(Exception):
    """What came is no frame; says what it is instead."""


def write_frame(stream: BinaryIO, kind: Kind, body: bytes) -> None:
    """Write one frame at once.

    Raises:
        FrameError: *body* is too large.
        OSError: nobody reads it.
    """
    if len(body) > MOST_BYTES:
        raise FrameError(f"{len(body):,} bytes are too much; at most {MOST_BYTES:,} can be given")
    stream.write(_HEAD.pack(kind, len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO, most_bytes: int = MOST_BYTES) -> tuple[Kind, bytes] | None:
    """Return the next frame, whose body has at most *most_bytes*; None at the end of the stream.

    Raises:
        FrameError: it is none, or too large.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    number, size = _HEAD.unpack(head)
    if number not in set(Kind) or size > MOST_BYTES:
        raise FrameError("what it answered is not of this protocol")
    if size > most_bytes:
        raise FrameError(f"it answered with {size:,} bytes; at most {most_bytes:,} are taken")
    body = stream.read(size)
    return (Kind(number), body) if len(body) == size else None
