"""Notifications in the name of the bundle, and whether they are shown (UserNotifications).

The numbers are those of UNNotificationSettings.h and UNUserNotificationCenter.h.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from wfhagent.messages import N_
from wfhagent.system.compiled import BUNDLE_IDENTIFIER

NOT_ASKED, DENIED = 0, 1  # UNAuthorizationStatus
ENABLED = 2  # UNNotificationSetting
OPTION_ALERT = 1 << 2  # UNAuthorizationOptions
ASK_SECONDS = 8.0
"""How long a question of macOS may stand open; the process that asks lives for a few seconds."""
ANSWER_SECONDS = 2.0
SWITCHED_OFF = N_("notifications of wfhagent are turned off in System Settings")
NOT_ANSWERED = N_("macOS has asked whether wfhagent may show notifications, without an answer yet")
NO_ANSWER = N_("macOS did not answer a request about notifications")


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What System Settings allow: the UNAuthorizationStatus, and the setting of alerts."""

    status: int
    alerts: int


class Center(Protocol):
    """The notification center of macOS, as far as it is needed here."""

    def settings(self) -> NotificationSettings | None:
        """Return what is allowed; None when there is no answer."""

    def request(self) -> None:
        """Have macOS ask its user, and wait for the answer for a while."""

    def add(self, title: str, text: str) -> str | None:
        """Show it; return why macOS does not, or None when there is no answer."""


def deliver(center: Center, title: str, text: str) -> str:
    """Show a notification; return why it is not shown, empty when it is."""
    settings = center.settings()
    if settings is not None and settings.status == NOT_ASKED:
        center.request()
        settings = center.settings()
    if settings is None:
        return NO_ANSWER
    if settings.status == NOT_ASKED:
        return NOT_ANSWERED
    if settings.status == DENIED or settings.alerts != ENABLED:
        return SWITCHED_OFF
    problem = center.add(title, text)
    return NO_ANSWER if problem is None else problem


def wait_for(
    start: Callable[[Callable[..., None]], None], seconds: float
) -> tuple[Any, ...] | None:
    """Return what a completion handler is called with; None when it is not within *seconds*.

    *start* is given the handler, which the system calls in a thread of its own.
    """
    answers: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    start(lambda *values: answers.put(values))
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return None


if sys.platform == "darwin":
    import uuid

    def show(title: str, text: str) -> str | None:
        """Show a notification; return why it is not shown, None outside of the bundle."""
        from Foundation import NSBundle  # noqa: PLC0415 -- not for the agent that waits

        if NSBundle.mainBundle().bundleIdentifier() != BUNDLE_IDENTIFIER:
            return None
        return deliver(_SystemCenter(), title, text)

    class _SystemCenter:
        """UNUserNotificationCenter, by pyobjc; a process without a bundle must not make one."""

        def __init__(self) -> None:
            import objc  # noqa: PLC0415

            folder = "/System/Library/Frameworks/UserNotifications.framework"
            objc.loadBundle("UserNotifications", {}, bundle_path=folder)
            _describe_handlers(objc)
            self._find = objc.lookUpClass
            self._center = self._find("UNUserNotificationCenter").currentNotificationCenter()

        def settings(self) -> NotificationSettings | None:
            ask = self._center.getNotificationSettingsWithCompletionHandler_
            answer = wait_for(ask, ANSWER_SECONDS)
            if answer is None:
                return None
            (found,) = answer
            return NotificationSettings(found.authorizationStatus(), found.alertSetting())

        def request(self) -> None:
            ask = self._center.requestAuthorizationWithOptions_completionHandler_
            wait_for(lambda handler: ask(OPTION_ALERT, handler), ASK_SECONDS)

        def add(self, title: str, text: str) -> str | None:
            content = self._find("UNMutableNotificationContent").alloc().init()
            content.setTitle_(title)
            content.setBody_(text)
            make = self._find("UNNotificationRequest").requestWithIdentifier_content_trigger_
            request = make(str(uuid.uuid4()), content, None)
            add = self._center.addNotificationRequest_withCompletionHandler_
            answer = wait_for(lambda handler: add(request, handler), ANSWER_SECONDS)
            if answer is None:
                return None
            (error,) = answer
            return "" if error is None else str(error.localizedDescription())

    def _describe_handlers(objc: Any) -> None:
        """Say what the completion handlers take: the runtime knows only that they are blocks."""
        handlers = (
            (b"getNotificationSettingsWithCompletionHandler:", 2, (b"@",)),
            (b"requestAuthorizationWithOptions:completionHandler:", 3, (b"Z", b"@")),
            (b"addNotificationRequest:withCompletionHandler:", 3, (b"@",)),
        )
        for selector, place, types in handlers:
            arguments = {number: {"type": kind} for number, kind in enumerate((b"^v", *types))}
            block = {"retval": {"type": b"v"}, "arguments": arguments}
            described = {"arguments": {place: {"callable": block}}}
            objc.registerMetaDataForSelector(b"UNUserNotificationCenter", selector, described)

else:

    def show(title: str, text: str) -> str | None:  # noqa: ARG001
        """Return None: there is no such center here."""
        return None
