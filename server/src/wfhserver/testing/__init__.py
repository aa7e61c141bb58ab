"""The kit of the server's tests: a clock that tests move, and the app over any storage.

Needs the packages of the project's test suite; the server itself never imports it.
"""

from wfhserver.testing.clock import NOW, StillClock, trusting
from wfhserver.testing.requests import bearer, heartbeat_body, log_request, screenshot_bytes
from wfhserver.testing.server import Scenario, Send, TestServer

__all__ = [
    "NOW",
    "Scenario",
    "Send",
    "StillClock",
    "TestServer",
    "bearer",
    "heartbeat_body",
    "log_request",
    "screenshot_bytes",
    "trusting",
]
