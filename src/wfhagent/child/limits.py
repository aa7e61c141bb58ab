"""How much memory a child may take, and that its end leaves nothing behind.

Linux bounds what a process may write to (RLIMIT_DATA: maps of files do not count), Windows puts it
into a job. macOS knows no such limit that holds; there the time limit ends it.
"""

import sys
from contextlib import suppress

MOST_MEMORY_BYTES = 768 << 20

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED_LIMIT_INFORMATION = 9
    _LIMIT_PROCESS_MEMORY = 0x100
    _LIMIT_KILL_ON_JOB_CLOSE = 0x2000

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("process_time", wintypes.LARGE_INTEGER),
            ("job_time", wintypes.LARGE_INTEGER),
            ("flags", wintypes.DWORD),
            ("least_working_set", ctypes.c_size_t),
            ("most_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("basic", _BasicLimits),
            ("io_counters", ctypes.c_ulonglong * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    def limit_this_process() -> None:
        """Bound memory; whatever this process starts ends with it."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        # The handle stays open until the end of the process, which closes the job.
        job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
        limits = _ExtendedLimits(process_memory=MOST_MEMORY_BYTES)
        limits.basic.flags = _LIMIT_PROCESS_MEMORY | _LIMIT_KILL_ON_JOB_CLOSE
        kernel.SetInformationJobObject(
            job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess()))

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
