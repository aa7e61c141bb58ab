"""The process that decodes images from agents: `python -m ... PIXELS CPU_SECONDS NICENESS`.

Images come in on standard input, one after the other, each behind its length; their thumbnails go
out on standard output. Memory and CPU time are limited, so that an image built to be expensive
ends this process and not the server.
"""

import math
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from wfhserver.errors import Refusal
from wfhserver.screenshots.image_thumbnail import make_thumbnail

if sys.platform != "win32":
    import resource

LENGTH_BYTES: Final = 4
# libwebp holds three copies of the canvas while Pillow makes a fourth, at 4 bytes per pixel each.
_BYTES_PER_PIXEL = 18
# Python, Pillow and the file itself.
_BASE_BYTES = 160 * 1024 * 1024
_KILLED_FIRST = "1000"


class DecodeResult(msgspec.Struct):
    """The thumbnail, or in *refused* why the image cannot be decoded."""

    thumbnail: bytes | None = None
    refused: str | None = None


def _found_in(content: bytes) -> DecodeResult:
    try:
        return DecodeResult(thumbnail=make_thumbnail(content))
    except Refusal as refusal:
        return DecodeResult(refused=refusal.detail)


def _limit_memory(pixels: int, niceness: int) -> None:
    if sys.platform != "win32":
        limit = _BASE_BYTES + pixels * _BYTES_PER_PIXEL
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(niceness)
    # Where memory runs out in spite of all, this process goes and not the server.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_KILLED_FIRST, encoding="ascii")


def _limit_cpu(seconds: int) -> None:
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        until = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def serve(images: BinaryIO, answers: BinaryIO, cpu_seconds: int) -> None:
    """Answer every image until no more come."""
    while head := images.read(LENGTH_BYTES):
        content = images.read(int.from_bytes(head, "big"))
        _limit_cpu(cpu_seconds)
        answer = msgspec.msgpack.encode(_found_in(content))
        answers.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        answers.flush()


def main() -> None:
    """Decode until standard input ends."""
    pixels, cpu_seconds, niceness = (int(each) for each in sys.argv[1:])
    _limit_memory(pixels, niceness)
    serve(sys.stdin.buffer, sys.stdout.buffer, cpu_seconds)


if __name__ == "__main__":
    main()
