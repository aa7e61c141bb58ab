"""Which browser somebody signs in from, in words that they know their own devices by."""

from typing import Final

from starlette.datastructures import Headers

# In this order: most browsers also name those that they are compatible with.
_BROWSERS: Final = {
    "Edg/": "Edge",
    "EdgA/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
}
_SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_of(headers: Headers) -> str | None:
    """Return such as `Firefox on Windows`, the kind alone; None for what is not known.

    No version: people know their devices without it, and it would identify a device.
    """
    agent = headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS.items() if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), None)
    if browser is None or system is None:
        return browser or system
    return f"{browser} on {system}"
