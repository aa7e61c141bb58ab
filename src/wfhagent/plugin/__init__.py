"""PUBLIC: all that a plugin author imports.

A collector is a class with a name, the facts it declares, and one method; a transport and a
calendar are classes with one method. A plugin module registers them:

    from wfhagent.plugin import Collector, Config, Context, Fact, Facts, FactType
    from wfhagent.plugin import Personal, hookimpl

    class Battery(Collector[Config]):
        name = "battery"
        facts = (
            Fact("percent", "Battery", "To plan updates", Personal.NO, type=FactType.INT, unit="%"),
        )

        def collect(self, context: Context) -> Facts:
            return {"percent": 80}

    @hookimpl
    def register_collectors() -> list[type[Collector]]:
        return [Battery]

The other hooks are `register_transports` and `register_calendars`.

`_`, `ngettext` and `N_` look texts up in the catalog of wfhagent, which has those of first-party
plugins. A text that it does not have stays as it is.
"""

import pluggy
from msgspec import Meta

from wfhagent.desktop.portal_permission import (
    QUESTION_SECONDS,
    PortalError,
    PortalPermission,
    own_app,
    portal_permission,
)
from wfhagent.desktop.wayland import is_wayland_session
from wfhagent.messages import N_, _, ngettext
from wfhagent.plugin.collector import Calendar, Collector
from wfhagent.plugin.config import Config
from wfhagent.plugin.context import Context
from wfhagent.plugin.facts import (
    KNOWN_FACTS,
    Absent,
    AbsentError,
    Attachment,
    Fact,
    Facts,
    FactType,
    Occasion,
    Personal,
    Whereami,
    attempt,
)
from wfhagent.plugin.secret import Secret
from wfhagent.plugin.transport import Delivery, Parcel, ParcelKind, Server, Transport
from wfhagent.system.proxy import Proxy, is_loopback

__all__ = [
    "API_VERSION",
    "KNOWN_FACTS",
    "N_",
    "QUESTION_SECONDS",
    "Absent",
    "AbsentError",
    "Attachment",
    "Calendar",
    "Collector",
    "Config",
    "Context",
    "Delivery",
    "Fact",
    "FactType",
    "Facts",
    "Meta",
    "Occasion",
    "Parcel",
    "ParcelKind",
    "Personal",
    "PortalError",
    "PortalPermission",
    "Proxy",
    "Secret",
    "Server",
    "Transport",
    "Whereami",
    "_",
    "attempt",
    "hookimpl",
    "is_loopback",
    "is_wayland_session",
    "ngettext",
    "own_app",
    "portal_permission",
]

API_VERSION = 1
"""The version of this module's promises. A plugin that says `wfhagent_api = 1`, or a range such as
`wfhagent_api = ">=1,<3"`, is refused with a sentence by an agent with a version outside of it."""

hookimpl = pluggy.HookimplMarker("wfhagent")
"""Marks the functions of a plugin module that register its classes; they take no argument."""
