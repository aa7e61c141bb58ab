"""Addresses that answers carry. The API makes them and gives them to what makes the answers."""

from typing import Protocol
from uuid import UUID


class LogUrls(Protocol):
    """Addresses of the images of a log."""

    def screenshot(self, log_id: str) -> str:
        """Return the address of the screenshot."""

    def thumbnail(self, log_id: str, audit_id: int | None) -> str:
        """Return the address of the thumbnail in a list that audit entry *audit_id* recorded."""


class Urls(Protocol):
    """Addresses that answers carry; *own_logs* are those for the employee."""

    @property
    def logs(self) -> LogUrls:
        """Return the addresses for users."""

    @property
    def own_logs(self) -> LogUrls:
        """Return the addresses for the employee whose logs they are."""

    @property
    def oidc_callback(self) -> str:
        """Return where an OpenID provider sends the browser back to."""

    def export_file(self, job_id: UUID) -> str:
        """Return the address of a finished export."""

    def set_password(self, token: str) -> str:
        """Return the address of a link that sets a password."""

    def my_data(self, code: str) -> str:
        """Return the address that opens an employee's own data once."""
