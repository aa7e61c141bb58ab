"""Gives back the memory that starting took, and that a program that waits does not need."""

import ctypes
import gc
import re
import sys
from collections.abc import Iterator
from pathlib import Path

RANDOM = 1
"""MADV_RANDOM: what is needed again comes back alone, without the pages around it."""
PAGEOUT = 21
"""MADV_PAGEOUT of Linux 5.4 and newer. Not MADV_DONTNEED, which empties private pages."""
READ_ONLY_FILE = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-.p [0-9a-f]+ \S+ [1-9]\d* +/", re.MULTILINE
)


def release() -> None:
    """Return what is free to the system, and let go of pages that can be read again from disk.

    Called once, when the agent has started: from then on it uses few of them. Does what the
    system offers, and never fails.
    """
    gc.collect()
    if sys.platform == "linux":
        _release_pages()


def _release_pages() -> None:
    library = ctypes.CDLL(None)
    try:
        library.malloc_trim(0)
    except AttributeError:
        # Not glibc.
        return
    advise = library.madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for start, length in _read_only_files():
        # An older kernel refuses, and so may a filter of system calls: then they stay.
        advise(start, length, RANDOM)
        advise(start, length, PAGEOUT)


def _read_only_files() -> Iterator[tuple[int, int]]:
    """Yield start and length of each private map of a file that is not written to."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    for match in READ_ONLY_FILE.finditer(maps):
        start, end = int(match[1], 16), int(match[2], 16)
        yield start, end - start
