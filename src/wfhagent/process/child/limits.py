"""How much memory a child may take, and that its end leaves nothing behind.

Linux bounds what a process may write to (RLIMIT_DATA: maps of files do not count), Windows puts it
into a job. macOS knows no such limit that holds; there the time limit ends it.
"""

import sys
from contextlib import suppress

MOST_MEMORY_BYTES = 768 << 20

if sys.platform == "win32":
    import ctypes

    from wfhagent.process.child.job import enter_job

    def limit_this_process() -> None:
        """Bound memory; whatever this process starts ends with it."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        problem = enter_job(kernel, MOST_MEMORY_BYTES, ctypes.get_last_error)
        if problem:
            # No reason to collect nothing: the time limit still ends it.
            sys.stderr.write(f"This process has no memory limit: {problem}.\n")

else:
    import resource

    def limit_this_process() -> None:
        """Bound memory, and leave no core file: it would hold what was observed."""
        _lower(resource.RLIMIT_CORE, 0)
        if sys.platform != "darwin":
            # There the system refuses it.
            _lower(resource.RLIMIT_DATA, MOST_MEMORY_BYTES)

    def _lower(limit: int, value: int) -> None:
        _soft, hard = resource.getrlimit(limit)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        # A limit that the system refuses is no reason to collect nothing.
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
