"""Programs on D-Bus that the agent and its plugins call, and the signals that they wait for."""

from typing import NamedTuple


class Service(NamedTuple):
    """An object of a program on the bus, and the interface of it that is called."""

    name: str
    path: str
    interface: str


class Match(NamedTuple):
    """Signals to receive; an empty field matches all. *first* is the first argument."""

    interface: str
    member: str = ""
    path: str = ""
    sender: str = ""
    first: str = ""


PROPERTIES = "org.freedesktop.DBus.Properties"
BUS = Service("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
NOTIFICATIONS = Service(
    "org.freedesktop.Notifications",
    "/org/freedesktop/Notifications",
    "org.freedesktop.Notifications",
)
LOGIN1 = Service(
    "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
)
PORTAL = "org.freedesktop.portal.Desktop"
PORTAL_PATH = "/org/freedesktop/portal/desktop"
PORTAL_SCREENSHOT = Service(PORTAL, PORTAL_PATH, "org.freedesktop.portal.Screenshot")
PORTAL_SETTINGS = Service(PORTAL, PORTAL_PATH, "org.freedesktop.portal.Settings")
PERMISSION_STORE = Service(
    "org.freedesktop.impl.portal.PermissionStore",
    "/org/freedesktop/impl/portal/PermissionStore",
    "org.freedesktop.impl.portal.PermissionStore",
)


def properties_of(service: Service) -> Service:
    """Return the same object, at the interface by which its properties are read."""
    return service._replace(interface=PROPERTIES)


def owner_of(name: str) -> Match:
    """Return what announces that the program called *name* starts or ends."""
    return Match(BUS.interface, "NameOwnerChanged", sender=BUS.name, first=name)
