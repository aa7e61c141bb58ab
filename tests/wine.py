"""What Wine 8 lacks and Windows has: marks of tests that are skipped under Wine, with the reason.

Nothing else is skipped there that Windows itself would do. `make test-windows` prints the reasons.
"""

import sys

import pytest


def _is_here() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415 -- of Windows alone is its WinDLL

    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


UNDER_WINE = _is_here()


development_tools = pytest.mark.skipif(
    UNDER_WINE, reason="The world of Wine has no mypy, no ruff and no hatchling"
)


def _lacks(what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(UNDER_WINE, reason=f"Wine 8 lacks {what}")


memory_limits = _lacks("the memory limit of a job")
verdicts_on_certificates = _lacks("verdicts on certificates: one without its authority is trusted")
symbolic_links = _lacks("symbolic links: it makes none, and reports success")
