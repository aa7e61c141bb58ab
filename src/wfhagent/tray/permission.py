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
    asking_version,
    back_end_version_query,
    back_ends_in,
    lookup_query,
    names_query,
    permission_of,
    version_query,
)
from wfhagent.tray.session_bus import SessionBus


class ScreenshotPermission:
    """Reads the store at the start, and hears its changes; it never makes the desktop ask."""

    def __init__(self, bus: SessionBus) -> None:
        self._bus = bus
        self._portal = self._version = 0
        self._stored: Mapping[str, Sequence[str]] = {}
        bus.hear(MatchRule(type="signal", interface=STORE, member="Changed"), self._changed)
        # In this order: the versions, without which nothing is known, come last.
        bus.ask(lookup_query(), self._take)
        bus.ask(version_query(), self._take_version)

    @property
    def state(self) -> PortalPermission:
        """What is stored for the agent; NOT_NEEDED until the portal has answered."""
        return permission_of(self._version, self._stored, AGENT_APP)

    def _take(self, body: tuple[Any, ...]) -> None:
        self._stored = body[0]

    def _take_version(self, body: tuple[Any, ...]) -> None:
        self._portal = body[0][1]
        # The portal has started its back ends by now.
        self._bus.ask(names_query(), self._take_names)

    def _take_names(self, body: tuple[Any, ...]) -> None:
        back_ends = back_ends_in(body[0])
        if not back_ends:
            self._version = asking_version(self._portal, [])
        for name in back_ends:
            # One without a version answers with an error, which is not heard of.
            self._bus.ask(back_end_version_query(name), self._take_back_end)

    def _take_back_end(self, body: tuple[Any, ...]) -> None:
        self._version = max(self._version, asking_version(self._portal, [body[0][1]]))

    def _changed(self, body: tuple[Any, ...]) -> None:
        table, entry, deleted, _data, stored = body
        if (table, entry) == (TABLE, ENTRY):
            self._stored = {} if deleted else stored
