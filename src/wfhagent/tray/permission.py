"""What the Wayland desktop has stored about screenshots, as the icon follows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from jeepney import MatchRule

from wfhagent.desktop.portal_permission import (
    AGENT_APP,
    ENTRY,
    STORE,
    TABLE,
    PortalPermission,
    lookup_query,
    permission_of,
    version_query,
)
from wfhagent.tray.session_bus import SessionBus


class ScreenshotPermission:
    """Reads the store at the start, and hears its changes; it never makes the desktop ask."""

    def __init__(self, bus: SessionBus) -> None:
        self._version = 0
        self._stored: Mapping[str, Sequence[str]] = {}
        bus.hear(MatchRule(type="signal", interface=STORE, member="Changed"), self._changed)
        # In this order: the version, without which nothing is known, comes last.
        bus.ask(lookup_query(), self._take)
        bus.ask(version_query(), self._take_version)

    @property
    def state(self) -> PortalPermission:
        """What is stored for the agent; NOT_NEEDED until the portal has answered."""
        return permission_of(self._version, self._stored, AGENT_APP)

    def _take(self, body: tuple[Any, ...]) -> None:
        self._stored = body[0]

    def _take_version(self, body: tuple[Any, ...]) -> None:
        self._version = body[0][1]

    def _changed(self, body: tuple[Any, ...]) -> None:
        table, entry, deleted, _data, stored = body
        if (table, entry) == (TABLE, ENTRY):
            self._stored = {} if deleted else stored
