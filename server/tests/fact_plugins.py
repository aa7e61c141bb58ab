"""A plugin with a fact of each kind, as agents report it."""

from typing import Any

DISK_FACTS: list[dict[str, Any]] = [
    {"name": "encrypted", "what": "Encrypted", "why": "Theft", "personal": "no", "type": "bool"},
    {"name": "free", "what": "Free space", "why": "Updates", "personal": "no", "type": "bytes"},
    {
        "name": "method",
        "what": "Method",
        "why": "Theft",
        "personal": "no",
        "type": "choice",
        "choices": ["luks", "bitlocker"],
    },
    {"name": "booted", "what": "Start", "why": "Updates", "personal": "no", "type": "time"},
    {"name": "wifi", "what": "Wi-Fi", "why": "Help", "personal": "direct", "type": "text"},
]
DISK: dict[str, Any] = {
    "name": "disk",
    "kind": "collector",
    "origin": "drop-in",
    "api": 1,
    "sha256": "a" * 64,
    "occasions": ["detailed_log", "heartbeat"],
    "facts": DISK_FACTS,
}
