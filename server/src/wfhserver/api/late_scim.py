"""`/scim/v2`, made with the first request: its models take a third of a second to import."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from starlette.types import Receive, Scope, Send

from wfhserver.api.dashboard.guard import Guard

if TYPE_CHECKING:
    from wfhserver.api.scim import ScimEndpoint
    from wfhserver.scim.service import Scim

SCIM_PATH: Final = "/scim/v2"


class LateScim:
    """Everything below `/scim/v2`, for programs with a key of the scope `scim`."""

    METHODS: ClassVar = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    def __init__(
        self, make_scim: "Callable[[], Scim]", guard: Guard, public_url: str | None
    ) -> None:
        self._make_scim = make_scim
        self._guard = guard
        self._public_url = public_url
        self._endpoint: ScimEndpoint | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._endpoint is None:
            # In a thread: heartbeats are answered meanwhile.
            self._endpoint = await asyncio.to_thread(self._make)
        await self._endpoint(scope, receive, send)

    def _make(self) -> "ScimEndpoint":
        from wfhserver.api.scim import ScimEndpoint  # noqa: PLC0415

        return ScimEndpoint(self._make_scim(), self._guard, self._public_url)
