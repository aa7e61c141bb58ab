"""The job of a child on Windows, with a stand-in for kernel32."""

import ctypes
from typing import Any

import pytest

from wfhagent.process.child.job import enter_job

ACCESS_DENIED = 5
CALLS = ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject")


class Function:
    """A function of a library; ctypes lets its types be set."""

    argtypes: Any = None
    restype: Any = None

    def __init__(self, answer: int) -> None:
        self.answer = answer
        self.called_with: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: Any) -> int:
        self.called_with.append(arguments)
        return self.answer


class Kernel:
    """kernel32, in which one call may fail."""

    def __init__(self, failing: str = "") -> None:
        for number, name in enumerate((*CALLS, "GetCurrentProcess")):
            setattr(self, name, Function(0 if name == failing else 100 + number))


def test_the_process_enters_a_job_with_its_limits():
    kernel: Any = Kernel()

    assert enter_job(kernel, 7 << 20, lambda: 0) == ""

    ((job, kind, limits, size),) = kernel.SetInformationJobObject.called_with
    assert (job, kind) == (100, 9)
    assert kernel.AssignProcessToJobObject.called_with == [(100, 103)]
    # JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64-bit Windows: flags at 16, process memory at 112.
    content = ctypes.string_at(ctypes.addressof(limits._obj), size)
    assert size == 144
    assert int.from_bytes(content[16:20], "little") == 0x2100
    assert int.from_bytes(content[112:120], "little") == 7 << 20


@pytest.mark.parametrize("failing", CALLS)
def test_what_windows_refuses_is_named(failing: str):
    problem = enter_job(Kernel(failing), 1, lambda: ACCESS_DENIED)

    assert problem == f"{failing.removesuffix('W')} failed with error 5"


def test_handles_are_as_wide_as_pointers():
    kernel: Any = Kernel()
    enter_job(kernel, 1, lambda: 0)

    for name in ("CreateJobObjectW", "GetCurrentProcess"):
        assert ctypes.sizeof(getattr(kernel, name).restype) == ctypes.sizeof(ctypes.c_void_p)
    assert ctypes.sizeof(kernel.AssignProcessToJobObject.argtypes[0]) == ctypes.sizeof(
        ctypes.c_void_p
    )
