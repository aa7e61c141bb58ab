"""The OpenAPI document: generated from the types that the bodies are checked against.

Version 3.0, because the Swagger UI that can be served without a content delivery network reads
no newer one.
"""

from importlib import metadata
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.dashboard.answers import ANSWERS
from wfhserver.api.dashboard.bodies import BODIES
from wfhserver.api.dashboard.guard import SESSION_COOKIE
from wfhserver.api.dashboard.my_data import MY_COOKIE, MyCode
from wfhserver.api.dashboard.pdf_exports import PdfOrder
from wfhserver.api.known_query import Endpoint, with_known_query
from wfhserver.api.operations import REF, heartbeat_operation, problem_schema, problems
from wfhserver.errors import Code
from wfhserver.models.users import Scope
from wfhserver.payload import DetailedLog, EnrolmentRequest, Heartbeat, RenameRequest

_OPENAPI_VERSION = "3.0.3"


def add(
    app: FastAPI,
    call: str,
    endpoint: Endpoint,
    operation: dict[str, Any],
    *,
    status: int = 200,
    any_query: bool = False,
) -> None:
    """Add *endpoint* under *call* (`POST /api/log`), described by *operation*.

    Its `operationId` and `tags` may be left out where the path says them. What is in an
    address must be among its `parameters`, except with *any_query*.
    """
    said = dict(operation)
    method, path = call.split()
    if not any_query:
        parameters = said.get("parameters", ())
        known = [each["name"] for each in parameters if each["in"] == "query"]
        endpoint = with_known_query(endpoint, known)
        said["responses"] = {**problems((Code.INVALID_FIELD,)), **said["responses"]}
    app.add_api_route(
        path,
        endpoint,
        methods=[method],
        status_code=status,
        response_class=Response,
        response_model=None,
        operation_id=said.pop("operationId", path.rpartition("/")[2]),
        tags=said.pop("tags", ["agents" if path.startswith("/api/") else "operations"]),
        openapi_extra=said,
    )


class Document:
    """Serves the document, made at the first request."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def get(self, _: Request) -> Response:
        """Return the document."""
        return Response(msgspec.json.encode(self.made()), media_type="application/json")

    def made(self) -> dict[str, Any]:
        """Return the document as a mapping."""
        document = get_openapi(
            title=self._app.title,
            version=metadata.version("wfhserver"),
            description=self._app.description,
            openapi_version=_OPENAPI_VERSION,
            routes=self._app.routes,
        )
        # The route of the heartbeats stands outside the framework.
        document["paths"]["/api/heartbeat"] = {"post": heartbeat_operation()}
        document["components"] = {
            "schemas": {**_schemas(), "Problem": problem_schema()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                **{f"key_{scope}": {"type": "http", "scheme": "bearer"} for scope in Scope},
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
                "my_session": {"type": "apiKey", "in": "cookie", "name": MY_COOKIE},
            },
        }
        return document


def _schemas() -> dict[str, Any]:
    types = [
        Heartbeat,
        DetailedLog,
        EnrolmentRequest,
        RenameRequest,
        *BODIES,
        PdfOrder,
        MyCode,
        *ANSWERS,
    ]
    _, schemas = msgspec.json.schema_components(types, ref_template=REF)
    return {name: _as_3_0(each) for name, each in schemas.items()}


def _as_3_0(schema: Any) -> Any:
    """Spell "or null" as OpenAPI 3.0 does."""
    if isinstance(schema, list):
        return [_as_3_0(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _as_3_0(value) for key, value in schema.items()}
    choices = plain.get("anyOf", [])
    others = [each for each in choices if each != {"type": "null"}]
    if len(others) == len(choices):
        return plain
    del plain["anyOf"]
    plain.pop("default", None)
    # Nothing may stand beside a reference.
    one = {"allOf": others} if "$ref" in others[0] else others[0]
    return {**plain, **one, "nullable": True}
