"""Why there is no screenshot."""


class NoScreenshotError(Exception):
    """No screenshot; *status* is one of docs/protocol.md, *reason* one sentence."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
