"""POST and DELETE /api/second-factor, POST /api/second-factor/confirm: one's own."""

from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.accounts.second_factor import SecondFactor
from wfhserver.api.body import read_body, require_json
from wfhserver.api.dashboard.bodies import OneCode
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.operations import TEXT, TEXTS, dashboard_operation
from wfhserver.api.decode import decode
from wfhserver.api.operations import success
from wfhserver.api.problem import answer
from wfhserver.clock import Clock
from wfhserver.errors import Code

_BODY_LIMIT_BYTES: Final = 4 * 1024
_CODE = msgspec.json.Decoder(OneCode)


class SecondFactorEndpoint:
    """The second factor of who is signed in."""

    def __init__(self, second_factor: SecondFactor, guard: Guard, clock: Clock) -> None:
        self._second_factor = second_factor
        self._guard = guard
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Tell whether a second factor is set up."""
        user = await self._guard.user(request)
        return self._told({"is_set_up": await self._second_factor.is_set_up(user)})

    async def begin(self, request: Request) -> Response:
        """Make a secret; it is in force once a code of it is confirmed."""
        user = await self._guard.user(request)
        secret, uri = await self._second_factor.begin(user)
        return self._told({"secret": secret, "uri": uri})

    async def confirm(self, request: Request) -> Response:
        """Put the secret in force; tells the recovery codes, once."""
        user = await self._guard.user(request)
        codes = await self._second_factor.confirm(user, await _code_of(request))
        return self._told({"recovery_codes": codes})

    async def remove(self, request: Request) -> Response:
        """Remove the second factor, with a code of it or a recovery code."""
        user = await self._guard.user(request)
        await self._second_factor.remove(user, await _code_of(request))
        return Response(status_code=204)

    def _told(self, content: dict[str, Any]) -> Response:
        return answer(self._clock, 200, content)


async def _code_of(request: Request) -> str:
    require_json(request.headers)
    body = await read_body(request.receive, request.headers, limit_bytes=_BODY_LIMIT_BYTES)
    return decode(_CODE, body).code


def second_factor_operations() -> dict[str, dict[str, Any]]:
    """Return what these calls take and answer, as OpenAPI says it."""
    return {
        "GET": dashboard_operation(
            "second_factor",
            "Whether a second factor is set up",
            {"200": success("Whether it is", is_set_up={"type": "boolean"})},
        ),
        "BEGIN": dashboard_operation(
            "begin_second_factor",
            "Make a secret for an app of codes",
            {"200": success("Not in force yet", secret=TEXT, uri=TEXT)},
            Code.CONFLICT,
            changes=True,
        ),
        "CONFIRM": dashboard_operation(
            "confirm_second_factor",
            "Put the secret in force with its first code",
            {"200": success("In force; the codes are told here only", recovery_codes=TEXTS)},
            Code.TOO_MANY_LOGINS,
            body="OneCode",
            changes=True,
        ),
        "REMOVE": dashboard_operation(
            "remove_second_factor",
            "Remove the second factor",
            {"204": {"description": "Removed"}},
            Code.TOO_MANY_LOGINS,
            body="OneCode",
            changes=True,
        ),
    }
