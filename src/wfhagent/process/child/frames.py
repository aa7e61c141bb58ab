"""What agent and child say to each other: frames of one kind, a length and a body."""

import struct
from enum import IntEnum
from typing import BinaryIO

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


def read_frame(stream: BinaryIO) -> tuple[Kind, bytes] | None:
    """Return the next frame, None at the end of the stream.

    Raises:
        FrameError: it is none, or too large.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    number, size = _HEAD.unpack(head)
    if number not in set(Kind) or size > MOST_BYTES:
        raise FrameError("what it answered is not of this protocol")
    body = stream.read(size)
    return (Kind(number), body) if len(body) == size else None
