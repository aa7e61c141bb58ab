"""Which plugins come with wfhagent, and which of them IT has to turn on."""

FIRST_PARTY = frozenset(
    {
        *("disk_encryption", "disk_space", "file", "geoip", "https", "identity", "idle", "network"),
        *("os_updates", "power", "screenshot", "uptime", "vpn", "wifi"),
    }
)
"""Plugins of wfhagent, whether they are installed here or not."""

OFF_BY_DEFAULT = frozenset(
    {"disk_encryption", "disk_space", "idle", "os_updates", "power", "uptime", "vpn", "wifi"}
)
"""Those that `[plugins] enabled` has to name. An update of the program turns none of them on."""


def distribution_of(name: str) -> str:
    """Return the distribution of a plugin of wfhagent, such as `wfhagent-disk-space`."""
    return f"wfhagent-{name.replace('_', '-')}"
