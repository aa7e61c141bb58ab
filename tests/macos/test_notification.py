"""A notification counts as shown only when macOS confirms it. Not tested on a Mac."""

import pytest

from wfhagent.desktop.macos_notification import (
    DENIED,
    ENABLED,
    NO_ANSWER,
    NOT_ANSWERED,
    NOT_ASKED,
    SWITCHED_OFF,
    NotificationSettings,
    deliver,
    wait_for,
)

AUTHORIZED, DISABLED = 2, 1


class Center:
    """A scripted notification center; *answer* is that of its user."""

    def __init__(
        self,
        status: int | None,
        alerts: int = ENABLED,
        *,
        answer: int = NOT_ASKED,
        error: str | None = "",
    ) -> None:
        self._status, self._alerts, self._answer, self._error = status, alerts, answer, error
        self.requests = 0
        self.shown: list[tuple[str, str]] = []

    def settings(self) -> NotificationSettings | None:
        return None if self._status is None else NotificationSettings(self._status, self._alerts)

    def request(self) -> None:
        self.requests += 1
        self._status = self._answer

    def add(self, title: str, text: str) -> str | None:
        self.shown.append((title, text))
        return self._error


@pytest.mark.parametrize(
    ("center", "problem"),
    [
        (Center(AUTHORIZED), ""),
        (Center(NOT_ASKED, answer=AUTHORIZED), ""),
        (Center(NOT_ASKED), NOT_ANSWERED),
        (Center(NOT_ASKED, answer=DENIED), SWITCHED_OFF),
        (Center(DENIED), SWITCHED_OFF),
        (Center(AUTHORIZED, DISABLED), SWITCHED_OFF),
        (Center(None), NO_ANSWER),
        (Center(AUTHORIZED, error=None), NO_ANSWER),
        (Center(AUTHORIZED, error="no room"), "no room"),
    ],
)
def test_it_is_shown_only_when_macos_says_so(center: Center, problem: str):
    assert deliver(center, "Title", "Text") == problem
    assert not (problem in {SWITCHED_OFF, NOT_ANSWERED} and center.shown)


def test_nobody_is_asked_twice():
    center = Center(DENIED)
    deliver(center, "Title", "Text")

    assert center.requests == 0


def test_a_handler_that_is_never_called_is_no_answer():
    assert wait_for(lambda handler: handler(1, "x"), 5.0) == (1, "x")
    assert wait_for(lambda _handler: None, 0.0) is None
