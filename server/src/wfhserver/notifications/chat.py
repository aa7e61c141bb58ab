"""Sends messages to Slack, Microsoft Teams, Matrix and the other services that Apprise knows."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wfhserver import outgoing
from wfhserver.errors import DeliveryError, OutgoingError
from wfhserver.setting_values import Network

if TYPE_CHECKING:
    from apprise import NotifyBase

# What runs on somebody's own host, and whose requests go to no other host than the address names.
_SELF_HOSTED: Final = frozenset(
    (
        *("gotify", "gotifys", "matrix", "matrixs", "mmost", "mmosts", "nctalk", "nctalks"),
        *("ntfy", "ntfys", "rocket", "rockets", "synology", "synologys", "workflow", "workflows"),
    )
)
# This machine's desktop and log, programs of its own, and what is a channel of another kind.
_REFUSED: Final = frozenset(
    (
        *("blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"),
        *("form", "forms", "json", "jsons", "mailto", "mailtos", "xml", "xmls"),
    )
)


def service_of(url: str) -> str:
    """Return the name of the service at Apprise's address *url*; OutgoingError if there is none."""
    return str(_service(url).service_name)


async def send_chat(url: str, subject: str, body: str, allowed: Sequence[Network]) -> None:
    """Send a message; DeliveryError when the service does not take it."""
    try:
        service = _service(url)
        await check_service(url, allowed)
    except OutgoingError as error:
        raise DeliveryError(str(error)) from None
    if not await asyncio.to_thread(service.notify, body=body, title=subject):
        raise DeliveryError(f"{service.service_name} does not answer, or refuses the message.")


async def check_service(url: str, allowed: Sequence[Network]) -> None:
    """Raise OutgoingError where *url* is of no service, or leads to a private address."""
    service = _service(url)
    if _schema_of(url) in _SELF_HOSTED and service.host:
        port = f":{service.port}" if service.port else ""
        scheme = "https" if service.secure else "http"
        await outgoing.check_host(f"{scheme}://{service.host}{port}/", allowed)


def _schema_of(url: str) -> str:
    return url.partition("://")[0].lower()


def _service(url: str) -> "NotifyBase":
    # Loads some hundred modules: only what sends such a message needs them.
    from apprise import Apprise, AppriseAsset, PersistentStoreMode  # noqa: PLC0415

    # It quotes addresses, which are secrets.
    logging.getLogger("apprise").disabled = True
    asset = AppriseAsset(
        app_id="wfhserver",
        storage_mode=PersistentStoreMode.MEMORY,
        http_redirects=False,
        plugin_paths=[],
    )
    schema = _schema_of(url)
    service = None
    if schema not in _REFUSED and url.isprintable():
        service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None or (schema not in _SELF_HOSTED and _names_host(service)):
        raise OutgoingError(
            "This is no address of a service that is supported. docs/alerts.md has examples."
        )
    return service


def _names_host(service: "NotifyBase") -> bool:
    templates: tuple[str, ...] = service.templates
    return any("{host}" in each for each in templates)
