"""What "No route to host" means on macOS. Not tested on a Mac."""

import errno

import pytest

from wfhagent_https.local_network import ADVICE, advice_for


def error_of(number: int) -> BaseException:
    """An error of the socket, wrapped as httpx does."""
    outer = RuntimeError("[Errno] No route to host")
    outer.__cause__ = ConnectionError()
    outer.__cause__.__cause__ = OSError(number, "No route to host")
    return outer


@pytest.mark.parametrize(
    ("number", "platform", "advice"),
    [
        (errno.EHOSTUNREACH, "darwin", ADVICE),
        (errno.ECONNREFUSED, "darwin", ""),
        (errno.EHOSTUNREACH, "linux", ""),
    ],
)
def test_only_a_mac_without_a_route_is_sent_to_its_settings(
    number: int, platform: str, advice: str
):
    assert advice_for(error_of(number), platform) == advice
