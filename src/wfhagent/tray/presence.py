"""Whether Windows has taken the icon. Pure."""

from typing import Any

NIM_ADD, NIM_MODIFY, NIM_DELETE = 0, 1, 2


class Presence:
    """Looks at what Shell_NotifyIcon returns, which pystray does not.

    Explorer takes no icon while it starts or is busy.

    Attributes:
        missing: the icon was added or changed, and Windows has none.
    """

    def __init__(self) -> None:
        self.missing = False

    def __call__(self, result: int, _function: Any, arguments: tuple[Any, ...]) -> int:
        """Note the *result* of a call; this is the `errcheck` of ctypes."""
        if arguments[0] != NIM_DELETE:
            self.missing = not result
        return result
