"""SCIM 2.0 for identity providers, with answers and errors in SCIM's own form."""

import msgspec
from pydantic import ValidationError
from scim2_models import Error, SCIMException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wfhserver.api.body import SCIM_TYPE, bearer_token, read_body, require_scim
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.late_scim import SCIM_PATH
from wfhserver.api.problem import HEADERS, NO_STORE, STATUS, as_refusal
from wfhserver.errors import WfhserverError
from wfhserver.models.users import Role
from wfhserver.models.users import Scope as KeyScope
from wfhserver.scim.calls import Answer, Call
from wfhserver.scim.errors import error_of, refusal_error
from wfhserver.scim.resources import BODY_LIMIT_BYTES
from wfhserver.scim.service import Scim


class ScimEndpoint:
    """Everything below `/scim/v2`, for programs with a key of the scope `scim`."""

    def __init__(self, scim: Scim, guard: Guard, public_url: str | None) -> None:
        self._scim = scim
        self._guard = guard
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = _response(await self._answer(request))
        except (SCIMException, ValidationError) as error:
            response = _of_error(error_of(error))
        except WfhserverError as error:
            refusal = as_refusal(error)
            response = _of_error(refusal_error(refusal, STATUS[refusal.code][0]))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        # A session is not enough: a page of the dashboard has no business here.
        bearer_token(request.headers)
        admin = await self._guard.user(request, Role.ADMIN, scope=KeyScope.SCIM)
        body = b""
        if request.method in ("POST", "PUT", "PATCH"):
            require_scim(request.headers)
            body = await read_body(request.receive, request.headers, limit_bytes=BODY_LIMIT_BYTES)
        call = Call(
            method="GET" if request.method == "HEAD" else request.method,
            path=request.path_params["path"],
            query=dict(request.query_params),
            body=body,
            admin=admin,
            base=self._base(request),
        )
        return await self._scim.answer(call)

    def _base(self, request: Request) -> str:
        if self._public_url is not None:
            return self._public_url.rstrip("/") + SCIM_PATH
        scheme = "https" if self._guard.is_https(request) else "http"
        return f"{scheme}://{request.headers.get('host', '')}{SCIM_PATH}"


def _response(answer: Answer) -> Response:
    headers = dict(NO_STORE)
    if answer.location is not None:
        headers["Location"] = answer.location
    body = b"" if answer.content is None else msgspec.json.encode(answer.content)
    kind = None if answer.content is None else SCIM_TYPE
    return Response(body, status_code=answer.status, headers=headers, media_type=kind)


def _of_error(error: Error) -> Response:
    status = error.status or 500
    return Response(
        msgspec.json.encode(error.model_dump()),
        status_code=status,
        headers={**HEADERS.get(status, {}), **NO_STORE},
        media_type=SCIM_TYPE,
    )
