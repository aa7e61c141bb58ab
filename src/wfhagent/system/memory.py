"""Gives back the memory that starting took, and that a program that waits does not need."""

import ctypes
import gc
import re
import sys
from collections.abc import Iterator
from pathlib import Path

RANDOM = 1
"""MADV_RANDOM: what is needed again comes back alone, without the pages around it."""
DONTNEED = 4
"""MADV_DONTNEED: forgets changes as well, so only for maps that hold nothing but a file."""
PAGEOUT = 21
"""MADV_PAGEOUT of Linux 5.4 and newer. Only for who may write the file; empties the cache too."""
READ_ONLY_FILE = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-.p [0-9a-f]+ \S+ [1-9]\d* +/.*\n"
    r"(?:[A-Z].*\n)*?Anonymous: +(\d+)",
    re.MULTILINE,
)

ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt."""


def use_one_arena() -> None:
    """Have all threads take memory from one place; each has its own otherwise.

    Called before there are threads. They wait for each other then, which few of them do not feel.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(ARENA_MAX, 1)


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
    for start, length, is_plain in _read_only_files():
        # An older kernel refuses, and so may a filter of system calls: then they stay.
        advise(start, length, RANDOM)
        advise(start, length, PAGEOUT)
        if is_plain:
            advise(start, length, DONTNEED)


def _read_only_files() -> Iterator[tuple[int, int, bool]]:
    """Yield each private map that is not written to: start and length.

    And whether it holds nothing but the file: what the dynamic linker has changed is not there.
    """
    maps = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="surrogateescape")
    for match in READ_ONLY_FILE.finditer(maps):
        start, end = int(match[1], 16), int(match[2], 16)
        yield start, end - start, match[3] == "0"
