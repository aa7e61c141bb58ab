"""What the Wayland desktop has stored about screenshots, as the icon follows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from wfhagent.desktop.portal_permission import (
    AGENT_APP,
    ENTRY,
    LIST_NAMES,
    LOOK_UP,
    PORTAL_VERSION,
    TABLE,
    PortalPermission,
    asking_version,
    back_end_version,
    back_ends_in,
    permission_of,
)
from wfhagent.desktop.services import PERMISSION_STORE, Match
from wfhagent.desktop.serving_bus import ServingBus


class ScreenshotPermission:
    """Reads the store at the start, and follows its changes; it never makes the desktop ask."""

    def __init__(self, bus: ServingBus) -> None:
        self._bus = bus
        self._portal = self._version = 0
        self._stored: Mapping[str, Sequence[str]] = {}
        bus.on_signal(Match(PERMISSION_STORE.interface, "Changed"), self._changed)
        # In this order: the versions, without which nothing is known, come last.
        bus.ask(self._take, *LOOK_UP)
        bus.ask(self._take_version, *PORTAL_VERSION)

    @property
    def state(self) -> PortalPermission:
        """What is stored for the agent; NOT_NEEDED until the portal has answered."""
        return permission_of(self._version, self._stored, AGENT_APP)

    def _take(self, body: tuple[Any, ...]) -> None:
        self._stored = body[0]

    def _take_version(self, body: tuple[Any, ...]) -> None:
        self._portal = body[0][1]
        # The portal has started its back ends by now.
        self._bus.ask(self._take_names, *LIST_NAMES)

    def _take_names(self, body: tuple[Any, ...]) -> None:
        back_ends = back_ends_in(body[0])
        if not back_ends:
            self._version = asking_version(self._portal, [])
        for name in back_ends:
            # One without a version answers with an error, which nobody waits for.
            self._bus.ask(self._take_back_end, *back_end_version(name))

    def _take_back_end(self, body: tuple[Any, ...]) -> None:
        self._version = max(self._version, asking_version(self._portal, [body[0][1]]))

    def _changed(self, body: tuple[Any, ...]) -> None:
        table, entry, deleted, _data, stored = body
        if (table, entry) == (TABLE, ENTRY):
            self._stored = {} if deleted else stored
