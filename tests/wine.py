"""Tests that run on Windows but are skipped under Wine 8: unsupported or too slow there.

Nothing else is. `make test-windows` prints the reasons.
"""

import sys

import pytest


def _is_here() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415 -- of Windows alone is its WinDLL

    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


UNDER_WINE = _is_here()


SIMULATED_DAYS = "hundreds of simulated ticks, whose code is the same on every system"
ARITHMETIC = "arithmetic of times, without files and processes"
SOURCES = "it reads the sources, which are the same on every system"
TOO_LONG = {
    "tests/agent/test_days_off.py": SIMULATED_DAYS,
    "tests/agent/test_two_a_day.py": SIMULATED_DAYS,
    "tests/agent/test_working_days.py": SIMULATED_DAYS,
    "tests/agent/test_wrong_clock.py": SIMULATED_DAYS,
    "tests/schedule": ARITHMETIC,
    "tests/test_architecture.py": SOURCES,
    "tests/test_documents.py": SOURCES,
    "tests/test_linux_only.py": SOURCES,
    "tests/test_works_council.py": SOURCES,
}
"""Reasons by file or folder. Wine asks another process at each look at a file, so the rule is: what
touches nothing of the system, or touches the same files hundreds of times, is not run under it."""
one_case_under_wine = pytest.mark.usefixtures("_one_case_under_wine")
"""Marks a test whose cases differ in their texts only, and start several processes each."""
development_tools = pytest.mark.skipif(
    UNDER_WINE, reason="The world of Wine has no mypy, no ruff and no hatchling"
)


def _lacks(what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(UNDER_WINE, reason=f"Wine 8 lacks {what}")


memory_limits = _lacks("the memory limit of a job")
verdicts_on_certificates = _lacks("verdicts on certificates: one without its authority is trusted")
symbolic_links = _lacks("symbolic links: it makes none, and reports success")
