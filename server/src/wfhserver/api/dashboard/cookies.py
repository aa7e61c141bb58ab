"""Cookies that no script can read, and that a browser sends back to this site alone."""

from datetime import timedelta
from typing import Literal, NamedTuple

from starlette.responses import Response


class Cookie(NamedTuple):
    """A cookie of the dashboard.

    `lax` sends it along when a link on another site leads here, `strict` does not.
    """

    name: str
    length: timedelta
    path: str = "/"
    same_site: Literal["lax", "strict"] = "lax"

    def set(self, response: Response, value: str, *, secure: bool) -> None:
        """Let *response* set it; *secure*, so that it never travels without TLS."""
        response.set_cookie(
            self.name,
            value,
            max_age=int(self.length.total_seconds()),
            path=self.path,
            httponly=True,
            samesite=self.same_site,
            secure=secure,
        )

    def delete(self, response: Response) -> None:
        """Let *response* remove it."""
        response.delete_cookie(self.name, path=self.path, httponly=True, samesite=self.same_site)
