"""Test logs: only a few per day, and never without consent of the user at the screen."""

import pytest
from tests.cli.conftest import Laptop

from wfhagent.cli import send
from wfhagent.desktop.notify import NotifyError
from wfhagent.errors import OutboxError, TestLogError


def desktop(*answers: bool | str) -> object:
    """Return a question with these answers. A text is the reason why nobody can be asked."""
    left = list(answers)

    def ask(*_words: str, **_buttons: str) -> bool:
        answer = left.pop(0)
        if isinstance(answer, str):
            raise NotifyError(answer)
        return answer

    return ask


def take(laptop: Laptop) -> None:
    """Take a test log while the server is unreachable."""
    with pytest.raises(OutboxError, match="The test log is waiting in the outbox"):
        laptop.run("send", "log")


def test_a_fourth_test_log_is_not_taken(laptop: Laptop):
    for _ in range(3):
        take(laptop)

    with pytest.raises(TestLogError, match="3 test logs were taken within the last 24 hours"):
        laptop.run("send", "log")


def test_a_new_data_folder_makes_no_room_for_more_of_them(laptop: Laptop):
    for _ in range(3):
        take(laptop)
    laptop.configure("agent", data_directory=str(laptop.folder / "other"), keyring=False)

    with pytest.raises(TestLogError, match="3 test logs were taken"):
        laptop.run("send", "log")


def test_who_does_not_agree_at_the_screen_is_not_recorded(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(send, "ask_at_screen", desktop(False, True, True, True))

    with pytest.raises(TestLogError, match="the user did not agree"):
        laptop.run("send", "log")
    # It does not count as one of the three.
    for _ in range(3):
        take(laptop)


def test_a_scheduled_test_log_is_not_taken_when_nobody_can_be_asked(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as screen:
        screen.setattr(send, "has_screen", lambda: True)
        with pytest.raises(TestLogError, match="the user cannot be asked"):
            laptop.run("send", "log")
    take(laptop)
