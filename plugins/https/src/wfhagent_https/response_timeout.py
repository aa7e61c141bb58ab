"""How long an answer may take as a whole: the timeout of httpx starts again with each byte."""

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any

_CONNECTED = ("connect_tcp.complete", "start_tls.complete")
_SENT = "send_request_body.complete"


class ResponseTimeout:
    """Hangs up when an answer is not whole *seconds* after its request was sent.

    One request at a time, on one connection; a large screenshot takes long on a slow line.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ended = False
        self._stream: Any = None
        self._timer: threading.Timer | None = None

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of what httpcore does; its `trace` extension."""
        if event.endswith(_CONNECTED):
            self._stream = info["return_value"]
        elif event.endswith(_SENT):
            self.close()
            self._timer = threading.Timer(self.seconds, self._hang_up)
            self._timer.daemon = True
            self._timer.start()

    def begin(self) -> None:
        """A request is made."""
        self.ended = False

    def close(self) -> None:
        """The answer is whole, or none comes."""
        if self._timer is not None:
            self._timer.cancel()

    def _hang_up(self) -> None:
        self.ended = True
        with contextlib.suppress(OSError):
            # Wakes the thread that reads; to close it would not.
            self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
