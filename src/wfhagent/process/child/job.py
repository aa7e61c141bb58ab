"""A job of Windows: bounds the memory of a process, and ends with it whatever it starts."""

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

_EXTENDED_LIMIT_INFORMATION = 9
_LIMIT_PROCESS_MEMORY = 0x100
_LIMIT_KILL_ON_JOB_CLOSE = 0x2000


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("process_time", wintypes.LARGE_INTEGER),
        ("job_time", wintypes.LARGE_INTEGER),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
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


def enter_job(kernel: Any, most_bytes: int, last_error: Callable[[], int]) -> str:
    """Put this process into a job of at most *most_bytes* each; return what Windows refused.

    *kernel* is kernel32, *last_error* returns the number of its last error. The job stays open
    until the process ends, which closes it.
    """
    kernel.CreateJobObjectW.argtypes = [wintypes.LPVOID, wintypes.LPCWSTR]
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetInformationJobObject.argtypes = [
        *(wintypes.HANDLE, ctypes.c_int),
        *(wintypes.LPVOID, wintypes.DWORD),
    ]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return f"CreateJobObject failed with error {last_error()}"
    limits = _ExtendedLimits(process_memory=most_bytes)
    limits.basic.flags = _LIMIT_PROCESS_MEMORY | _LIMIT_KILL_ON_JOB_CLOSE
    if not kernel.SetInformationJobObject(
        job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
    ):
        return f"SetInformationJobObject failed with error {last_error()}"
    if not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()):
        return f"AssignProcessToJobObject failed with error {last_error()}"
    return ""
